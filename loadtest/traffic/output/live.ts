import { type StepBatch, timeUs } from "../stream/steps.ts";

/** Waiting by the clock of whoever runs the steps. */
export interface Timekeeper {
  nowMicros(): number;
  /** Resolves at that time or soon after; at once when it has passed. */
  until(micros: number): Promise<void>;
}

/** Places `from` to `to` of a batch: to be used before the next are asked for. */
export interface DueSteps {
  readonly batch: StepBatch;
  readonly from: number;
  readonly to: number;
}

/**
 * The steps as they fall due, all that are due at once together, none ever left out: a runner that is
 * late gets more of them. A step's intended time is `startMicros` + timeUs(batch, i) - `fromUs`.
 */
export async function* dueSteps(
  batches: Iterable<StepBatch>,
  timekeeper: Timekeeper,
  { startMicros, fromUs }: { readonly startMicros: number; readonly fromUs: number },
): AsyncGenerator<DueSteps> {
  for (const batch of batches) {
    for (let from = 0; from < batch.count; ) {
      await timekeeper.until(startMicros + timeUs(batch, from) - fromUs);
      const dueUs = timekeeper.nowMicros() - startMicros + fromUs;
      let to = from + 1;
      while (to < batch.count && timeUs(batch, to) <= dueUs) to++;
      yield { batch, from, to };
      from = to;
    }
  }
}
