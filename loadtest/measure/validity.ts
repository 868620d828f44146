import { type Histogram, quantile } from "./histogram.ts";
import type { OperationRecord } from "./operation-record.ts";
import {
  LEAST_SENT_SHARE,
  type RateWindows,
  share,
  WINDOW_SECONDS,
  type Window,
} from "./rate-windows.ts";

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

/**
 * The same of what was sent alone. What the generator's own bound refused is in the histogram as the timeout, at
 * its upper end: without that many, a quantile is a lower one of the whole, and never above the true one.
 */
export function judgeSentQuantile(record: Responses, q: number): JudgedTime {
  const { response, lateness, counts } = record;
  const sent = response.totalCount - counts.refused;
  const share = response.totalCount === 0 ? 1 : sent / response.totalCount;
  return { ...judged(response, quantile(response, q * share), quantile(lateness, q)), count: sent };
}

type Responses = Pick<OperationRecord, "response" | "lateness" | "counts" | "timeoutMs">;

/** And of the mean. */
export function judgeSentMean(record: Responses): JudgedTime {
  const { response, lateness, counts, timeoutMs } = record;
  const sent = response.totalCount - counts.refused;
  const micros = response.mean * response.totalCount - counts.refused * timeoutMs * 1_000;
  const mean = sent === 0 ? 0 : Math.max(0, micros / sent);
  return { ...judged(response, mean, lateness.mean), count: sent };
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
  /** Not valid, and the generator's doing; undefined in results of before 2026-11-30. */
  readonly isByGenerator?: boolean;
}

/** A generator later than this, typically, that finds its own bound reached has not read what was answered. */
const LATE_AT_BOUND_MICROS = 100_000;
/** And one whose busiest thread ran or waited for so much of the run had no more to give. */
const BUSY_AT_BOUND = 0.8;

/** Whether the load was the intended one all the time. */
export function judgeRate(
  windows: RateWindows,
  circumstances: Partial<Circumstances> = {},
): JudgedRate {
  const worst = windows.worst();
  if (!worst) return { valid: false, worst, reason: "Nothing was sent: the run intended no step." };
  if (share(worst) >= LEAST_SENT_SHARE) return { valid: true, worst, reason: undefined };
  const percent = Math.floor(1000 * share(worst)) / 10;
  const { isByGenerator, why } = missingBy(worst, circumstances);
  const seconds = worst.seconds ?? WINDOW_SECONDS;
  return {
    valid: false,
    worst,
    reason: `From ${worst.fromSecond} s on (from the warm-up's begin), ${percent}% of the intended was sent within a second of its time, in ${seconds} s; ${why}.`,
    isByGenerator,
  };
}

/** Of calls, that waited for a connection: whether the target takes more is not known. */
const MUCH_WAITED = 0.5;

interface Circumstances {
  /** The generator's own, typically. */
  readonly latenessMicros: number;
  /** Of the run, for which its busiest thread ran or waited for a CPU. */
  readonly wantedShare: number;
  /** Of the calls, that waited for a connection or a stream on one. */
  readonly waitedShare: number;
  /** A tool that sends no more than it has room for, as autocannon, though what it sent was answered as it must be. */
  readonly toolWithoutRoom: string | undefined;
}

/** Who kept what was not sent, by most of it. */
function missingBy(
  { intended, sent, missedByGenerator, refused = 0 }: Window,
  { latenessMicros = 0, wantedShare = 0, waitedShare = 0, toolWithoutRoom }: Partial<Circumstances>,
): { readonly isByGenerator: boolean; readonly why: string } {
  const half = (intended - sent) / 2;
  if (refused > half) {
    const isLate = missedByGenerator > half || latenessMicros > LATE_AT_BOUND_MICROS;
    const isByGenerator = isLate || wantedShare > BUSY_AT_BOUND;
    const late = `and it was ${(latenessMicros / 1e6).toFixed(2)} s late itself, and busy ${(100 * wantedShare).toFixed(0)}% of the time: use more generators, a lower rate, or leave it a core`;
    const held = "while as many had no answer yet: raise it to know how slow they get";
    const why = `the generator's own bound on what is begun and not over (--max-open) refused ${refused}, ${isByGenerator ? late : held}`;
    return { isByGenerator, why };
  }
  if (missedByGenerator > half) {
    const why = "the generator was too slow: use more generators, or leave it a core";
    return { isByGenerator: true, why };
  }
  if (toolWithoutRoom !== undefined) {
    const why = `${toolWithoutRoom} sends when it has room for an answer, and had none: give more --connections, or a threshold on times to know when answers are too slow`;
    return { isByGenerator: true, why };
  }
  if (waitedShare > MUCH_WAITED) {
    const percent = Math.round(100 * waitedShare);
    const why = `${percent}% of the calls waited for a free connection, or a stream on one: give more --connections to know whether the target takes more`;
    return { isByGenerator: false, why };
  }
  const why = "the target took no more: look at timeouts, waits and what was in flight";
  return { isByGenerator: false, why };
}
