import type { Clock } from "../../../services/platform/clock/clock.ts";
import type { FaultSpec } from "../../scenarios/scenario.ts";
import type { Faults, LoadTarget } from "../../target/target.ts";
import { TargetError } from "../../target/target-error.ts";
import type { RunLog } from "../run-log.ts";

/** The target is made to go through a scenario's faults. */
export interface FaultSchedule {
  /** Nothing more begins, and waits end now; resolves when killed processes are back. */
  close(): Promise<void>;
}

interface Surroundings {
  readonly faults: Faults;
  readonly log: RunLog;
  readonly clock: Clock;
}

/**
 * Faults with the labels of this target's processes: "timeline" is the first of several. Throws a
 * TargetError for one that can't be.
 */
export function faultsIn(
  specs: readonly FaultSpec[],
  { processes, faults, description }: Pick<LoadTarget, "processes" | "faults" | "description">,
): readonly FaultSpec[] {
  if (specs.length === 0) return [];
  if (!faults) {
    throw new TargetError(
      "faults: a mesh that was not started here can't be made to go through them; leave --running out.",
    );
  }
  const labels = new Set(processes.map(({ label }) => label));
  return specs.map((spec, i) => {
    const label = [spec.label, `${spec.label}-0`].find((one) => labels.has(one));
    if (label === undefined) {
      const list = [...labels].join(", ");
      throw new TargetError(
        `faults[${i}].label: there is no process "${spec.label}" here, only ${list}.`,
      );
    }
    if (spec.kind === "slow disk" && !hasSlowDisk(label, description)) {
      throw new TargetError(
        `faults[${i}]: only the disk of a timeline process can be slow, on the embedded engines.`,
      );
    }
    return { ...spec, label };
  });
}

function hasSlowDisk(label: string, { engine }: LoadTarget["description"]): boolean {
  return engine === "embedded" && label.startsWith("timeline");
}

/**
 * Each fault at its second of the measured part, which begins `measuredInMs` from now. One that does not
 * work is a failure of the run, which goes on.
 */
export function scheduleFaults(
  specs: readonly FaultSpec[],
  around: Surroundings,
  measuredInMs: number,
): FaultSchedule {
  const closing = new AbortController();
  const { clock, log } = around;
  const run = async (spec: FaultSpec) => {
    const isDue = clock.delay(measuredInMs + spec.atSecond * 1000, closing.signal).then(
      () => true,
      () => false,
    );
    if (!(await isDue)) return;
    await cause(spec, around, closing.signal).catch((error: Error) =>
      log.fail(`${spec.kind} ${spec.label} did not work: ${error.message}`),
    );
  };
  const running = Promise.all(specs.map(run));
  return {
    async close() {
      closing.abort();
      await running;
    },
  };
}

async function cause(
  spec: FaultSpec,
  { faults, log, clock }: Surroundings,
  signal: AbortSignal,
): Promise<void> {
  const { label } = spec;
  const elapsed = (seconds: number) => clock.delay(seconds * 1000, signal).catch(() => {});
  const whileAway = async (work: () => Promise<unknown>) => {
    const isBack = log.goesAway();
    await work();
    isBack();
  };
  switch (spec.kind) {
    case "kill":
      log.note(`${label} is killed`);
      await whileAway(async () => {
        await faults.kill(label);
        await elapsed(spec.backAfterSeconds);
        log.note(`${label} is started again`);
        await faults.restart(label);
      });
      return log.note(`${label} is back`);
    case "restart":
      log.note(`${label} is restarted`);
      await whileAway(() => faults.restart(label));
      return log.note(`${label} is back`);
    case "pause":
      log.note(`${label} stands still for ${spec.seconds} s`);
      await whileAway(() =>
        Promise.race([faults.pause(label, spec.seconds * 1000), aborted(signal)]),
      );
      return log.note(signal.aborted ? `${label} still stands` : `${label} goes on`);
    case "slow":
      log.note(`${label} is ${spec.times} times as slow for ${spec.seconds} s`);
      await Promise.race([faults.slow(label, spec.seconds * 1_000, spec.times), aborted(signal)]);
      return log.note(signal.aborted ? `${label} is still slow` : `${label} is as before`);
    case "slow disk":
      log.note(`each sync of ${label} takes ${spec.extraMs} ms more`);
      await faults.slowDisk(label, spec.extraMs);
      await elapsed(spec.seconds);
      await faults.slowDisk(label, 0);
      return log.note(`the disk of ${label} is as before`);
  }
}

function aborted(signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
}
