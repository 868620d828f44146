import { type Listed, NOWHERE, Roster } from "../../../platform/memory/roster.ts";

export interface UntakenLimits {
  /** An answer that was not taken whole by then ends its connection, ms. */
  readonly takingMs: number;
  /** Of all connections together. */
  readonly maxUntakenBytes: number;
}

/** An answer that is ready, and that its caller has not taken whole. */
export class UntakenAnswer implements Listed {
  place = NOWHERE;
  readonly bytes: number;
  readonly sinceMs: number;
  /** Ends its connection. */
  readonly end: () => void;

  constructor(bytes: number, sinceMs: number, end: () => void) {
    this.bytes = bytes;
    this.sinceMs = sinceMs;
    this.end = end;
  }
}

/**
 * Bounds what callers have asked for and do not read, in time and in memory. When there is too much of it the oldest
 * goes, which is that of whoever reads the slowest.
 */
export class UntakenAnswers {
  readonly #limits: UntakenLimits;
  /** Told how many were ended together. */
  readonly #onEnded: (count: number) => void;
  readonly #answers = new Roster<UntakenAnswer>();
  #bytes = 0;

  constructor(limits: UntakenLimits, onEnded: (count: number) => void) {
    this.#limits = limits;
    this.#onEnded = onEnded;
  }

  get bytes(): number {
    return this.#bytes;
  }

  add(answer: UntakenAnswer): void {
    this.#answers.add(answer);
    this.#bytes += answer.bytes;
    if (this.#bytes > this.#limits.maxUntakenBytes) this.#makeRoom();
  }

  /** Taken, or given up. Without effect when it was ended. */
  delete(answer: UntakenAnswer): void {
    if (answer.place === NOWHERE) return;
    this.#answers.delete(answer);
    this.#bytes -= answer.bytes;
  }

  /** Ends what has waited for too long. */
  look(nowMs: number): void {
    const { takingMs } = this.#limits;
    this.#end([...this.#answers].filter(({ sinceMs }) => nowMs - sinceMs > takingMs));
  }

  /** Down to seven eighths at once: else each answer of a flood would sort all of them again. */
  #makeRoom(): void {
    const oldest = [...this.#answers].sort((a, b) => a.sinceMs - b.sinceMs);
    let left = this.#bytes;
    const kept = (this.#limits.maxUntakenBytes * 7) / 8;
    const ended = oldest.filter(({ bytes }) => {
      if (left <= kept) return false;
      left -= bytes;
      return true;
    });
    this.#end(ended);
  }

  #end(answers: readonly UntakenAnswer[]): void {
    for (const answer of answers) {
      this.delete(answer);
      answer.end();
    }
    if (answers.length > 0) this.#onEnded(answers.length);
  }
}
