import type { Clock } from "../../services/platform/clock/clock.ts";
import { systemClock } from "../../services/platform/clock/system-clock.ts";
import type { Resources } from "../results/resources.ts";
import { within } from "../run/within.ts";
import type { FaultSpec, Scenario } from "../scenarios/scenario.ts";
import { SLOW_TIMEOUT_MS, TIMEOUT_MS } from "../sessions/operations.ts";
import { startSampler } from "../target/sampling/sampler.ts";
import type { OpenTarget } from "../target/target.ts";
import type { EndWatch } from "./early-end.ts";
import { followOwners } from "./faults/follow-owners.ts";
import { scheduleFaults } from "./faults/schedule-faults.ts";
import { GeneratorError, type Generators } from "./generators/generators.ts";
import type { Stage } from "./play-options.ts";
import { RunLog } from "./run-log.ts";

export interface RunOutOptions {
  readonly scenario: Pick<Scenario, "warmUpSeconds" | "seconds">;
  /** Of a step, from its intended time. */
  readonly longestTimeoutMs: number;
  readonly target: Pick<
    OpenTarget,
    "processes" | "metrics" | "ownerByShard" | "faults" | "drained"
  >;
  /** With the labels of this target's processes. */
  readonly faults: readonly FaultSpec[];
  readonly watch: EndWatch;
  /** When to begin, ms since the Unix epoch; as soon as possible by default. */
  readonly startAtMs: number | undefined;
  readonly onStage: (stage: Stage) => void;
  readonly clock?: Clock;
}

/** What happened around the generators while they ran. */
interface RanOut {
  readonly resources: Resources;
  readonly log: RunLog;
}

/** Connections are open; steps are read ahead before the first is due. */
const START_IN_MS = 750;
/** Beyond the time of the last step and its timeout: sessions whose steps waited, a slow machine. */
const PATIENCE_MS = 60_000;
/** Of those who were told to stop, beyond the longest timeout. */
const STOP_MS = 10_000;
/** After its load a target may need so long until nothing waits in it; then probes look anyway. */
export const DRAIN_MS = 60_000;
/** The same when the run was interrupted; then nobody looks. */
const HASTY_DRAIN_MS = 10_000;
/** Of probes: entries that come late, a scroll of each watcher, a thousand posts. */
const LOOK_MS = 180_000;

/** From the common start until the target is quiet again, and the probes have looked. */
export async function runOut(options: RunOutOptions, generators: Generators): Promise<RanOut> {
  const { scenario, target, faults, onStage, clock = systemClock } = options;
  const { startAtMs = clock.nowMs() + START_IN_MS } = options;
  const startInMs = startAtMs - clock.nowMs();
  if (startInMs <= 0) {
    throw new GeneratorError(
      `The start was due ${-startInMs} ms ago: give a later one, to the other parts too.`,
    );
  }
  const measuredInMs = startInMs + scenario.warmUpSeconds * 1000;
  const measuredFromMs = clock.monotonicMs() + measuredInMs;
  const log = new RunLog(() => (clock.monotonicMs() - measuredFromMs) / 1000);
  generators.start(startAtMs);
  onStage("sending");
  const sampler = startSampler(target, { measuredInMs, clock });
  const schedule =
    target.faults && scheduleFaults(faults, { faults: target.faults, log, clock }, measuredInMs);
  const over = new AbortController();
  void followOwners(target, generators.owners, clock, over.signal);
  const lastStepInMs = measuredInMs + scenario.seconds * 1000;
  await untilSent({ ...options, lastStepInMs, log, clock }, generators);
  over.abort();
  onStage("settling");
  await schedule?.close();
  const resources = await sampler.stop();
  generators.settled(await mayLook(options, log));
  if ((await within(LOOK_MS, generators.parts, clock)) === undefined) {
    generators.giveUp(`did not say what it measured within ${LOOK_MS / 1000} s`);
  }
  return { resources, log };
}

interface Sending extends Pick<RunOutOptions, "longestTimeoutMs" | "watch"> {
  readonly lastStepInMs: number;
  readonly log: RunLog;
  readonly clock: Clock;
}

/** Until all steps are over: at their time, or soon after there was a reason to end the run. */
async function untilSent(
  { longestTimeoutMs, watch, lastStepInMs, log, clock }: Sending,
  { sent, lost, stop, giveUp }: Generators,
): Promise<void> {
  const patienceMs = longestTimeoutMs + PATIENCE_MS;
  const late = `Not all steps were over ${patienceMs / 1000} s after the last was due.`;
  const reason = watch.ending.then(({ what }) => what);
  const first = Promise.race([sent.then(() => ""), reason, lost]);
  const why = (await within(lastStepInMs + patienceMs, first, clock)) ?? late;
  if (why === "") return;
  log.fail(why);
  stop();
  const stopMs = longestTimeoutMs + STOP_MS;
  const isOver = sent.then(() => true);
  if ((await within(stopMs, isOver, clock)) === undefined) {
    giveUp(`did not end within ${stopMs / 1000} s after it was told to`);
  }
}

/** Whether probes may look for what is missing: in a target that is quiet, or had all the time to be. */
async function mayLook({ target, watch }: RunOutOptions, log: RunLog): Promise<boolean> {
  const { ended } = watch;
  if (ended?.kind === "dead") {
    log.fail(ended.what);
    return false;
  }
  const drained = target.drained(ended ? HASTY_DRAIN_MS : DRAIN_MS).then(
    () => "",
    ({ message }: Error) => message,
  );
  const reasons = ended ? [] : [watch.ending.then(({ what }) => what)];
  const why = await Promise.race([drained, ...reasons]);
  if (why === "") return true;
  log.fail(why);
  return watch.ended === undefined;
}

/** Of a scenario's calls. */
export function longestTimeoutMsOf({ load }: Scenario): number {
  if (load.kind === "sessions") return SLOW_TIMEOUT_MS;
  return Math.max(SLOW_TIMEOUT_MS, ...load.calls.map(({ timeoutMs = TIMEOUT_MS }) => timeoutMs));
}
