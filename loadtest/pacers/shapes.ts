import { type Pacer, pacerOf, type Segment } from "./pacer.ts";

/** More than one process can send; several generators share a higher rate. */
export const MAX_RATE_PER_SECOND = 1_000_000;
export const MAX_RUN_SECONDS = 7 * 86_400;

/** The same rate all the time, sends a second. */
export function constant(rate: number, seconds: number): Pacer {
  return checked([{ seconds, fromRate: rate, toRate: rate }]);
}

/** From one rate to another, evenly. */
export function ramp(fromRate: number, toRate: number, seconds: number): Pacer {
  return checked([{ seconds, fromRate, toRate }]);
}

export interface SpikeShape {
  readonly baseRate: number;
  readonly peakRate: number;
  /** When the peak begins, and how long it lasts. */
  readonly atSeconds: number;
  readonly forSeconds: number;
  /** Of the whole run. */
  readonly seconds: number;
}

/** A base rate with one sudden peak. */
export function spike({ baseRate, peakRate, atSeconds, forSeconds, seconds }: SpikeShape): Pacer {
  const after = seconds - atSeconds - forSeconds;
  if (after < 0) {
    throw new RangeError(
      `The spike ends at ${atSeconds + forSeconds} s, after the run of ${seconds} s: make the run longer.`,
    );
  }
  const level = (rate: number, length: number) =>
    length > 0 ? [{ seconds: length, fromRate: rate, toRate: rate }] : [];
  return checked([
    ...level(baseRate, atSeconds),
    ...level(peakRate, forSeconds),
    ...level(baseRate, after),
  ]);
}

/** One level after another. */
export function steps(
  levels: readonly { readonly rate: number; readonly seconds: number }[],
): Pacer {
  return checked(levels.map(({ rate, seconds }) => ({ seconds, fromRate: rate, toRate: rate })));
}

function checked(segments: readonly Segment[]): Pacer {
  for (const { fromRate, toRate, seconds } of segments) {
    for (const rate of [fromRate, toRate]) {
      if (!(rate >= 0 && rate <= MAX_RATE_PER_SECOND)) {
        throw new RangeError(
          `A rate of ${rate}/s is impossible: give 0 to ${MAX_RATE_PER_SECOND}, or use more generators.`,
        );
      }
    }
    if (!(seconds > 0 && seconds <= MAX_RUN_SECONDS)) {
      throw new RangeError(
        `A length of ${seconds} s is impossible: give more than 0, at most ${MAX_RUN_SECONDS}.`,
      );
    }
  }
  return pacerOf(segments);
}
