import type { CapacityTarget, HeldStep } from "../../capacity/capacity-target.ts";
import { probeCpu } from "../../measure/machine/cpu-probe.ts";
import type { Measured } from "../../measure/measured.ts";
import { failures, OperationRecord } from "../../measure/operation-record.ts";
import { parseThreshold } from "../../measure/thresholds.ts";
import { judge } from "../../measure/verdict.ts";
import { startSampler } from "../../target/sampling/sampler.ts";
import { anyTarget } from "../play/any-target.ts";
import type { CallScenario } from "../spec/call-scenario.ts";

/** Holds a load by another tool, and says what that measured, and what is to be said of the answers besides. */
export type OtherTool = (
  perSecond: number,
  seconds: number,
) => Promise<{ readonly measured: Measured; readonly said?: readonly string[] }>;

/** Of every tool that times from its actual sends. */
const KNOWS_NO_INTENDED_TIMES =
  "It times from its actual sends: what its own lateness or a stall adds is in no figure of it, and a " +
  "threshold on a response is judged by its service times. Beside a search by --driver raw the load it " +
  "finds is an upper end";

/** Of autocannon. */
const SENDS_IN_ROWS =
  ", but for what it sends sooner than evenly: what a connection has for a second goes one after the other from " +
  "its begin, so that by few connections it may find less";

/** What is said once of a search by it. */
export function whatItKnows(driver: "ghz" | "autocannon"): string {
  const rows = driver === "autocannon" ? SENDS_IN_ROWS : "";
  return `By ${driver}. ${KNOWS_NO_INTENDED_TIMES}${rows}.`;
}

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
      const measured = timedFromSends(held.value.measured);
      const verdict = judge(measured, thresholds);
      const { said = [] } = held.value;
      return { measured, verdict, resources, failure: undefined, said };
    },
    drained: async () => {},
    nowSeconds: () => performance.now() / 1000,
    probeCpu,
  };
}

/** Service times of good answers in the place of responses; whatever was not answered well counts as the timeout. */
function timedFromSends(measured: Measured): Measured {
  const operations = measured.operations.map(
    ({ name, timeoutMs, counts, statuses, service, answered }) => {
      const record = new OperationRecord(name, timeoutMs, { service, answered });
      // What it did not send it kept to itself: there was no room, for others had no answer yet.
      Object.assign(record.counts, counts, { refused: counts.notSent });
      for (const [code, count] of statuses) record.statuses.set(code, count);
      record.response.add(answered);
      const unanswered = failures(counts);
      if (unanswered > 0) record.response.recordValueWithCount(timeoutMs * 1000, unanswered);
      return record;
    },
  );
  return { ...measured, operations };
}
