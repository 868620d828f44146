import type { Call, Done } from "./driver.ts";

/**
 * What a line answers for a call that the server refused unseen: a stream beyond the last that it looks at (GOAWAY),
 * or REFUSED_STREAM. It may be sent again, whatever it asks for (RFC 9113, 8.7). No driver gives it to its user.
 */
export const UNSEEN = -2;

type Left = Pick<Call, "writtenMicros" | "slotWaitMicros" | "flowWaitMicros">;

/**
 * Calls that were refused unseen and go once more, as every client of gRPC sends them (gRFC A6, transparent retries):
 * a caller never hears of it. What they waited for before counts as it did the first time, and all that came after
 * as the target's doing.
 */
export class SentAgain {
  /** How many there were. */
  count = 0;
  readonly #first = new Map<Call, Left>();

  /** Whether it may go once more: not a third time. */
  mayGo(call: Call): boolean {
    if (this.#first.has(call)) return false;
    const { writtenMicros, slotWaitMicros, flowWaitMicros } = call;
    this.#first.set(call, { writtenMicros, slotWaitMicros, flowWaitMicros });
    this.count++;
    return true;
  }

  /** A call is over, or given up: it left when it left first. */
  over(call: Call): void {
    const left = this.#first.get(call);
    if (!left) return;
    this.#first.delete(call);
    Object.assign(call, left);
  }

  /** What to call when the second try is over. */
  finishing(call: Call, done: Done): Done {
    return (...answer) => {
      this.over(call);
      done(...answer);
    };
  }
}

/** What a run says of them. */
export function sentAgainSentences(count: number): readonly string[] {
  if (count === 0) return [];
  const calls = count === 1 ? "1 call was" : `${count} calls were`;
  return [
    `${calls} sent once more, for the server had refused them unseen (GOAWAY or REFUSED_STREAM), as other clients do: they count once, from their intended times.`,
  ];
}
