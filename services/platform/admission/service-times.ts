/** What one method takes: lately, and when the server has room. */
export class MethodTimes {
  /** Calls that wait for something else than this process: they hold up their own method, and no other. */
  waiting = 0;
  #sumMs = 0;
  #count = 0;
  /** The least mean of a window: of this period, and of the one before. */
  #leastMs = Infinity;
  #leastBeforeMs = Infinity;
  #periodEndsMs = -Infinity;

  add(tookMs: number): void {
    this.#sumMs += tookMs;
    this.#count++;
  }

  /**
   * Of a call that was given up after so long: it would have taken longer. What is less than calls take with room says
   * nothing; counted, it would make that the measure, and every call that is answered look slow.
   */
  addAtLeast(tookMs: number): void {
    if (tookMs > Math.min(this.#leastMs, this.#leastBeforeMs)) this.add(tookMs);
  }

  /**
   * Closes a window: its calls, and how many times as long they took as they do with room. Undefined as long
   * as there are too few to say; they count with those of the next window.
   */
  close(nowMs: number): { readonly count: number; readonly strain: number } | undefined {
    const count = this.#count;
    if (count < LEAST_SAMPLES) return undefined;
    const meanMs = this.#sumMs / count;
    this.#sumMs = 0;
    this.#count = 0;
    if (nowMs >= this.#periodEndsMs) {
      this.#leastBeforeMs = this.#leastMs;
      this.#leastMs = Infinity;
      this.#periodEndsMs = nowMs + PERIOD_MS;
    }
    this.#leastMs = Math.min(this.#leastMs, meanMs);
    const unloadedMs = Math.min(this.#leastMs, this.#leastBeforeMs);
    return { count, strain: (meanMs + SLACK_MS) / (unloadedMs + SLACK_MS) };
  }
}

/** Fewer calls than this say nothing: one that was refused for its input takes no time at all. */
const LEAST_SAMPLES = 10;
/** What it takes with room is the least of one or two of these: a disk that became slower is believed then. */
const PERIOD_MS = 60_000;
/**
 * So much longer is no strain, ms: one turn of an event loop that has a page of calls before it. Without it
 * calls of 0.1 ms would look strained by three neighbours.
 */
const SLACK_MS = 5;
