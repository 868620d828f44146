import type { Driver } from "../drivers/driver.ts";
import { Recorder } from "../measure/recorder.ts";
import { type Alarm, startAlarm } from "../pacers/alarm.ts";
import { Engine } from "./engine.ts";
import { Lookahead } from "./lookahead.ts";
import type { RunClock } from "./run-clock.ts";
import type { Operation, Step, StepSource } from "./step.ts";

export interface RunOptions {
  readonly operations: readonly Operation[];
  readonly source: StepSource;
  /** Opened with the same clock. The caller closes it. */
  readonly driver: Driver;
  readonly clock: RunClock;
  /** Steps intended before are sent and not measured, seconds; 0 by default. */
  readonly warmUpSeconds?: number;
  /** Steps begun and not over; see Engine. */
  readonly maxOpen: number;
  /** Ends the run early: no step begins any more, what is in flight is awaited up to its timeout. */
  readonly signal?: AbortSignal;
  /** Called with the recorder from the start, for progress and probes of the run. */
  readonly onStart?: (recorder: Recorder) => void;
  /** When to start, ms since the Unix epoch, so that several generators start together. */
  readonly startAtMs?: number;
}

export interface RunRecord {
  readonly recorder: Recorder;
  /** Wall clock at the start, ms since the Unix epoch. */
  readonly startedAtMs: number;
  /** How long was measured, the wait for the last answers included. */
  readonly seconds: number;
  /** For how long steps were begun: the same, up to when the run was told to end. */
  readonly sentSeconds: number;
  /** What ended the run before its time: a scenario's or a driver's error. The rest was measured. */
  readonly failure?: unknown;
}

/** The pacer thread is up, and the first steps are read, before the first is due. */
const START_DELAY_MS = 250;
/** How often deadlines are looked at when nothing is due; a timeout is recorded as long as it took. */
const DEADLINE_CHECK_MS = 10;

/** Executes all steps at their times. Whatever happens, what was measured is returned. */
export async function runSteps(options: RunOptions): Promise<RunRecord> {
  const { operations, source, driver, clock, maxOpen } = options;
  const warmUpSeconds = options.warmUpSeconds ?? 0;
  const recorder = new Recorder(operations, warmUpSeconds * 1e6);
  const steps = new Lookahead(source);
  const alarm = startAlarm();
  const wakeAt = (micros: number) => {
    setTimeout(alarm.wake, Math.max(0, (micros - clock.nowMicros()) / 1000));
  };
  const engine = new Engine({ operations, steps, driver, recorder, clock, maxOpen, wakeAt });
  const delayMs = Math.max(START_DELAY_MS, (options.startAtMs ?? 0) - Date.now());
  const originMs = performance.now() + delayMs;
  const startedAtMs = Date.now() + delayMs;
  clock.startAt(originMs);
  const check = setInterval(alarm.wake, DEADLINE_CHECK_MS);
  let stoppedMicros: number | undefined;
  const stop = () => {
    stoppedMicros ??= clock.nowMicros();
    steps.stop();
  };
  options.signal?.addEventListener("abort", stop, { once: true });
  if (options.signal?.aborted) stop();
  options.onStart?.(recorder);
  const record = () => {
    const now = clock.nowMicros();
    const measuredUntil = (micros: number) => Math.max(0, micros / 1e6 - warmUpSeconds);
    const seconds = measuredUntil(now);
    return { recorder, startedAtMs, seconds, sentSeconds: measuredUntil(stoppedMicros ?? now) };
  };
  try {
    const announceAhead = announcer(steps, alarm, originMs);
    announceAhead();
    while (!engine.isDone) {
      await alarm.next();
      engine.advance();
      announceAhead();
    }
    return record();
  } catch (failure) {
    return { ...record(), failure };
  } finally {
    options.signal?.removeEventListener("abort", stop);
    clearInterval(check);
    await alarm.close();
  }
}

/** Reads steps and tells the alarm their times, as far ahead as it takes them. */
function announcer(steps: Lookahead, alarm: Alarm, originMs: number): () => void {
  let unannounced: Step | undefined;
  return () => {
    for (;;) {
      unannounced ??= steps.read();
      if (!unannounced) return;
      if (!alarm.announce(originMs + unannounced.intendedMicros / 1000)) return;
      unannounced = undefined;
    }
  };
}
