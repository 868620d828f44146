import { compareConditions, readConditions, readCounted } from "../measure/machine/conditions.ts";
import { probeCpu } from "../measure/machine/cpu-probe.ts";
import { type ClockPair, WallClockWatch } from "../measure/machine/wall-clock.ts";
import { type Distribution, type Measured, recorded } from "../measure/measured.ts";
import type { Recorder } from "../measure/recorder.ts";
import type { Series } from "../measure/series.ts";
import { type RunOptions, type RunRecord, runSteps } from "./run.ts";

/** What was seen besides the answers: by probes, as the lag of deliveries. */
export interface SeenBeside {
  readonly distributions: ReadonlyMap<string, Distribution>;
  readonly counters: ReadonlyMap<string, number>;
  /** Of what is in `distributions`, over the time of the run. */
  readonly series?: ReadonlyMap<string, Series>;
}

export interface MeasureOptions {
  /** Its name and what it can do here: from `ceilingFor`, against a null server on this machine. */
  readonly driver: { readonly name: string };
  readonly ceilingPerSecond?: number | undefined;
  /**
   * Called when all steps are over. Resolves when the target is quiet and the probes have looked: only
   * then does the CPU probe tell of the machine, and not of the target.
   */
  readonly settled?: (recorder: Recorder) => Promise<SeenBeside>;
  /** Of this machine, to see whether its time was set during the run. */
  readonly clocks?: ClockPair;
  /** How fast the machine is, before and after: 0.4 s of CPU each, which tests of other things spare. */
  readonly probe?: () => number;
}

export interface MeasuredRun {
  readonly measured: Measured;
  /** What ended the run before its time; see RunRecord. */
  readonly failure: unknown;
}

/** One run of one generator, with what its machine went through meanwhile. `judge` says what it is worth. */
export function measureRun(options: MeasureOptions & RunOptions): Promise<MeasuredRun> {
  return measureWork(options, () => runSteps(options));
}

/** The same of any work that records steps, as a closed loop. */
export async function measureWork(
  options: MeasureOptions,
  work: () => Promise<RunRecord>,
): Promise<MeasuredRun> {
  const { driver, ceilingPerSecond, settled, clocks, probe = probeCpu } = options;
  const before = readConditions("before", probe);
  using watch = new WallClockWatch(clocks);
  const { recorder, startedAtMs, seconds, sentSeconds, failure } = await work();
  const wallStepMs = watch.look();
  const counted = readCounted();
  const seen = await settled?.(recorder);
  const after = { ...counted, probePerSecond: probe() };
  const measured: Measured = {
    startedAtMs,
    seconds,
    sentSeconds,
    driver: { name: driver.name, ceilingPerSecond },
    ...withSeries(recorded(recorder), seen?.series),
    distributions: seen?.distributions ?? new Map(),
    counters: seen?.counters ?? new Map(),
    machines: [{ ...compareConditions(before, after), wallStepMs }],
  };
  return { measured, failure };
}

function withSeries<T extends Pick<Measured, "series">>(
  own: T,
  beside: Measured["series"] = new Map(),
): T {
  return { ...own, series: new Map([...own.series, ...beside]) };
}
