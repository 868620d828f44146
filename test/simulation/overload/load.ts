import type { VirtualTime } from "./virtual-time.ts";

export interface LoadShape {
  readonly perSecond: number;
  /** 0 unless said otherwise. */
  readonly fromMs?: number;
  readonly untilMs: number;
  /** Who asked has gone by then, ms: an answer that comes later is none. */
  readonly deadlineMs: number;
}

/** What came of the calls that began in a stretch of time. */
export class Outcomes {
  readonly #latencies: number[] = [];
  asked = 0;

  static of(parts: readonly Outcomes[]): Outcomes {
    const all = new Outcomes();
    for (const part of parts) {
      all.asked += part.asked;
      for (const ms of part.#latencies) all.took(ms);
    }
    return all;
  }

  get good(): number {
    return this.#latencies.length;
  }

  took(ms: number): void {
    this.#latencies.push(ms);
  }

  quantileMs(q: number): number {
    const sorted = this.#latencies.toSorted((a, b) => a - b);
    return sorted[Math.floor(q * (sorted.length - 1))] ?? Infinity;
  }
}

/**
 * Open loop: calls at random times, whatever becomes of those before. `ask` gets the way to say that its call
 * has ended. What is measured is what begins from `fromMs` on.
 */
export function load(
  time: VirtualTime,
  random: () => number,
  { perSecond, fromMs: beginMs = 0, untilMs, deadlineMs }: LoadShape,
  ask: (ended: (isOk: boolean) => void) => void,
): (fromMs: number, toMs: number) => Outcomes {
  const calls: { readonly atMs: number; tookMs: number }[] = [];
  const next = () => {
    if (time.nowMs >= untilMs) return;
    const call = { atMs: time.nowMs, tookMs: Infinity };
    calls.push(call);
    ask((isOk) => {
      if (isOk) call.tookMs = time.nowMs - call.atMs;
    });
    time.after((-1_000 / perSecond) * Math.log(1 - random()), next);
  };
  time.after(beginMs, next);
  return (fromMs, toMs) => {
    const outcomes = new Outcomes();
    for (const { atMs, tookMs } of calls) {
      if (atMs < fromMs || atMs >= toMs) continue;
      outcomes.asked++;
      if (tookMs <= deadlineMs) outcomes.took(tookMs);
    }
    return outcomes;
  };
}
