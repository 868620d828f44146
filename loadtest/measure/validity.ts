import { type Histogram, quantile } from "./histogram.ts";
import { LEAST_SENT_SHARE, type RateWindows, share, type Window } from "./rate-windows.ts";

/** A generator later than this share of a quantile has measured itself rather than the target. */
export const MAX_LATENESS_SHARE = 0.1;
/** Below this it does not matter: nobody waits for 0.2 ms. */
export const HARMLESS_LATENESS_MICROS = 200;
/** The same in words. */
export const ALLOWED = `${100 * MAX_LATENESS_SHARE}% of the time, or ${HARMLESS_LATENESS_MICROS / 1000} ms where that is more`;

/** A quantile or mean, and whether it is known: something was measured, by a punctual generator. */
export interface JudgedTime {
  readonly micros: number;
  /** How many times it is of. */
  readonly count: number;
  /** The generator's own lateness at the same quantile (or its mean), and how much of it is allowed. */
  readonly latenessMicros: number;
  readonly allowedMicros: number;
  readonly valid: boolean;
}

/**
 * Judges one quantile. Lateness is seen when sending, but a loop that stands still is late to read answers
 * just as it is late to send: intended times are spread evenly enough over a stall that the one stands
 * for the other.
 */
export function judgeQuantile(values: Histogram, lateness: Histogram, q: number): JudgedTime {
  return judged(values, quantile(values, q), quantile(lateness, q));
}

/** The same rule for the mean. */
export function judgeMean(values: Histogram, lateness: Histogram): JudgedTime {
  return judged(values, values.mean, lateness.mean);
}

function judged(values: Histogram, micros: number, latenessMicros: number): JudgedTime {
  const count = values.totalCount;
  const allowedMicros = Math.max(HARMLESS_LATENESS_MICROS, MAX_LATENESS_SHARE * micros);
  const valid = count > 0 && latenessMicros <= allowedMicros;
  return { micros, count, latenessMicros, allowedMicros, valid };
}

/**
 * Between which times the true one lies, us. A late send and a late look at the answer both lengthen what is
 * measured; a target that was asked late may also have rested meanwhile, and would have been slower.
 */
export function rangeOf({ micros, latenessMicros }: JudgedTime): readonly [number, number] {
  return [Math.max(0, micros - 2 * latenessMicros), micros + latenessMicros];
}

export interface JudgedRate {
  readonly valid: boolean;
  readonly worst: Window | undefined;
  /** What to tell, when it is not valid. */
  readonly reason: string | undefined;
}

/** Whether the load was the intended one all the time. */
export function judgeRate(windows: RateWindows): JudgedRate {
  const worst = windows.worst();
  if (!worst) return { valid: false, worst, reason: "Nothing was sent: the run intended no step." };
  if (share(worst) >= LEAST_SENT_SHARE) return { valid: true, worst, reason: undefined };
  const missing = worst.intended - worst.sent;
  const percent = Math.floor(1000 * share(worst)) / 10;
  const who =
    worst.missedByGenerator > missing / 2
      ? "the generator was too slow: use more generators, or leave it a core"
      : "the target took no more: look at timeouts, waits and what was in flight";
  return {
    valid: false,
    worst,
    reason: `From ${worst.fromSecond} s on (from the warm-up's begin), ${percent}% of the intended was sent in 10 s; ${who}.`,
  };
}
