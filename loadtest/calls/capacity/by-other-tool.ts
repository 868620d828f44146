import type { CapacityTarget, HeldStep } from "../../capacity/capacity-target.ts";
import { probeCpu } from "../../measure/machine/cpu-probe.ts";
import type { Measured } from "../../measure/measured.ts";
import { failures, OperationRecord } from "../../measure/operation-record.ts";
import { parseThreshold } from "../../measure/thresholds.ts";
import { judge } from "../../measure/verdict.ts";
import { startSampler } from "../../target/sampling/sampler.ts";
import { anyTarget } from "../play/any-target.ts";
import type { CallScenario } from "../spec/call-scenario.ts";

/** Holds a load by another tool, and says what that measured. */
export type OtherTool = (perSecond: number, seconds: number) => Promise<Measured>;

/** What is said once of a search by a tool that times from its actual sends. */
export const KNOWS_NO_INTENDED_TIMES =
  "It times from its actual sends: what its own lateness or a stall adds is in no figure of it, and a " +
  "threshold on a response is judged by its service times. Beside a search by --driver raw the load it " +
  "finds is an upper end.";

/** A target as a search drives it by another tool, with the same verdicts. */
export function byOtherTool(scenario: CallScenario, hold: OtherTool): CapacityTarget {
  const thresholds = scenario.thresholds.map(parseThreshold);
  return {
    async hold(perSecond, seconds): Promise<HeldStep> {
      if (scenario.warmUpSeconds > 0) await hold(perSecond, scenario.warmUpSeconds);
      const sampler = startSampler(anyTarget(scenario), { measuredInMs: 0 });
      const [held] = await Promise.allSettled([hold(perSecond, seconds)]);
      const resources = await sampler.stop();
      if (held.status === "rejected") throw held.reason;
      const measured = timedFromSends(held.value);
      return { measured, verdict: judge(measured, thresholds), resources, failure: undefined };
    },
    drained: async () => {},
    nowSeconds: () => performance.now() / 1000,
    probeCpu,
  };
}

/** Service times in the place of responses; whatever was not answered well counts as the timeout. */
function timedFromSends(measured: Measured): Measured {
  const operations = measured.operations.map(({ name, timeoutMs, counts, statuses, service }) => {
    const record = new OperationRecord(name, timeoutMs, { service });
    Object.assign(record.counts, counts);
    for (const [code, count] of statuses) record.statuses.set(code, count);
    record.response.add(service);
    const unanswered = failures(counts);
    if (unanswered > 0) record.response.recordValueWithCount(timeoutMs * 1000, unanswered);
    return record;
  });
  return { ...measured, operations };
}
