import type { Progress } from "../../../erasure/options.ts";

/** Items a second, over the time in which items are being deleted: looking for them is none of it. */
export class RateMeter {
  #deletingMs = 0;
  #deleted = 0;
  /** When progress was last heard of; undefined while nothing is being deleted. */
  #lastMs: number | undefined;
  #window = { fromMs: 0, fromCount: 0 };
  #lately: number | undefined;

  /** To be told of all progress, each at a monotonic time in ms. */
  note({ phase, deleted }: Pick<Progress, "phase" | "deleted">, nowMs: number): void {
    if (this.#lastMs !== undefined) this.#deletingMs += nowMs - this.#lastMs;
    this.#lastMs = phase === "deleting" ? nowMs : undefined;
    this.#deleted = deleted;
    const { fromMs, fromCount } = this.#window;
    const elapsedMs = this.#deletingMs - fromMs;
    if (elapsedMs < WINDOW_MS) return;
    const now = ((deleted - fromCount) / elapsedMs) * 1_000;
    this.#lately = this.#lately === undefined ? now : this.#lately * (1 - WEIGHT) + now * WEIGHT;
    this.#window = { fromMs: this.#deletingMs, fromCount: deleted };
  }

  /** Over the last few seconds; until there is half a second of them, over all of it. */
  get lately(): number {
    return this.#lately ?? this.mean;
  }

  get mean(): number {
    return this.#deletingMs > 0 ? (this.#deleted / this.#deletingMs) * 1_000 : 0;
  }
}

const WINDOW_MS = 500;
const WEIGHT = 0.3;
