import { COUNTERS, GAUGES } from "../../model/metrics.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import type { Admission, Refusal } from "./admission.ts";
import { PRIORITIES, type Priority } from "./priority.ts";

/** Counts refusals and whom they hold up, and shows the limit and who is in. */
export function countAdmission(metrics: Metrics, admission: Admission) {
  metrics.gauge(GAUGES.admissionLimit, () => admission.limit.calls);
  metrics.gauge(GAUGES.admissionHeld, () => admission.held);
  const family = metrics.counter(COUNTERS.admissionRefused);
  const seriesOf = (why: Refusal) =>
    Object.fromEntries(PRIORITIES.map((one) => [one, family.series(one, why)]));
  const counts = { limit: seriesOf("limit"), share: seriesOf("share") };
  const heldUp = metrics.counter(COUNTERS.admissionHeldUp).series();
  return {
    refused: (priority: Priority, why: Refusal) => counts[why][priority].add(),
    heldUp: () => heldUp.add(),
  };
}
