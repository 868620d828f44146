import { type CapacityTarget, heldStepOf } from "../../capacity/capacity-target.ts";
import { mergeHistograms, quantile } from "../../measure/histogram.ts";
import { probeCpu } from "../../measure/machine/cpu-probe.ts";
import { type PlayCallsOptions, playCalls } from "../play/play-calls.ts";
import { untilAtRest } from "./at-rest.ts";

/** What a target is asked to see whether it is at rest: next to nothing, for as short as can be. */
const LITTLE = {
  perSecond: 5,
  pace: { shape: "constant" },
  arrivals: "even",
  seconds: 1,
  warmUpSeconds: 0,
  thresholds: [],
} as const;

/**
 * Any target as a capacity search drives it: a load is a number of calls (flows) a second, a step is a run
 * of the scenario with so many. Each step is a sample of its own: its seed is the next, and its calls go on
 * counting, so that the target has never seen their data (a UUID that came before is a repeat, or a
 * conflict). Whether anything waits in the target its answers say: after a step of which calls were given
 * up it is asked a little, until it answers as soon as it did the time before.
 */
export function callsAsTarget(options: PlayCallsOptions): CapacityTarget {
  let { seed } = options.scenario;
  let firstCall = 0;
  let hasGivenUp = false;
  const nowSeconds = () => performance.now() / 1000;
  const play = async (changes: Partial<PlayCallsOptions["scenario"]>) => {
    const scenario = { ...options.scenario, ...changes, seed: seed++ };
    const run = await playCalls({ ...options, scenario, firstCall });
    const held = { ...heldStepOf(run), said: run.probes };
    // Steps of flows: at least as many as there were flows.
    firstCall += held.measured.windows.intendedBySecond.reduce((sum, count) => sum + count, 0);
    return held;
  };
  const ask = async () => {
    const { measured } = await play(LITTLE);
    const answered = mergeHistograms(measured.operations.map((one) => one.answered));
    return answered.totalCount === 0 ? undefined : quantile(answered, 0.5) / 1000;
  };
  return {
    async hold(perSecond, seconds) {
      const held = await play({ perSecond, seconds });
      hasGivenUp = held.measured.operations.some(({ counts }) => counts.timeout > 0);
      return held;
    },
    async drained(withinSeconds) {
      if (!hasGivenUp || options.signal?.aborted) return;
      await untilAtRest(ask, withinSeconds, nowSeconds);
      hasGivenUp = false;
    },
    nowSeconds,
    probeCpu,
  };
}
