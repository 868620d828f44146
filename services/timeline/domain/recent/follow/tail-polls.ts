import { pollMsAfter } from "./poll-pace.ts";

/** A generation that was quiet for so long is asked for no more: a look at all heads finds what it has yet. */
const ACTIVE_MS = 60_000;

/** Of a generation: when it had rows last, and when it was asked for them last; monotonic ms. */
interface Tail {
  rowsMs: number;
  polledMs: number;
}

/**
 * Which generations are asked for what is new, and when: those that wrote lately and have no writer who tells. A
 * writer tells of one generation at a time.
 */
export class TailPolls {
  readonly #tails = new Map<bigint, Tail>();
  readonly #told = new Map<string, bigint>();

  get tellingCount(): number {
    return this.#told.size;
  }

  tells(writer: string, generation: bigint): void {
    this.#told.set(writer, generation);
  }

  isSilent(writer: string): void {
    this.#told.delete(writer);
  }

  hadRows(generation: bigint, nowMs: number): void {
    const tail = this.#tails.get(generation);
    if (tail) tail.rowsMs = nowMs;
    else this.#tails.set(generation, { rowsMs: nowMs, polledMs: -Infinity });
  }

  /** Which to ask for now, as they will have been. */
  poll(nowMs: number): ReadonlySet<bigint> {
    const due = new Set<bigint>();
    const told = new Set(this.#told.values());
    for (const [generation, tail] of this.#tails) {
      if (nowMs - tail.rowsMs > ACTIVE_MS) this.#tails.delete(generation);
      else if (!told.has(generation) && dueMs(tail, nowMs) <= nowMs) {
        due.add(generation);
        tail.polledMs = nowMs;
      }
    }
    return due;
  }

  /** How long until the first of them is due, ms. */
  restMs(nowMs: number): number {
    const told = new Set(this.#told.values());
    let rest = Infinity;
    for (const [generation, tail] of this.#tails) {
      if (!told.has(generation)) rest = Math.min(rest, dueMs(tail, nowMs) - nowMs);
    }
    return Math.max(0, rest);
  }
}

function dueMs({ rowsMs, polledMs }: Tail, nowMs: number): number {
  return polledMs + pollMsAfter(nowMs - rowsMs);
}
