import { MAX_POST_LOG_ROWS } from "../../../../model/limits.ts";
import type { PostLog } from "../../../ports.ts";
import type { LogFollower, LogRequest, TakenRows } from "./log-follower.ts";

/** Asks the log for what its follower lacks. */
export class LogReader {
  readonly #log: PostLog;
  readonly #follower: LogFollower;
  readonly #signal: AbortSignal;
  readonly #onTaken: (generation: bigint, taken: TakenRows) => void;

  /** @param onTaken told of the answer to each request, at once: between the two nothing else is taken */
  constructor(
    log: PostLog,
    follower: LogFollower,
    signal: AbortSignal,
    onTaken: (generation: bigint, taken: TakenRows) => void,
  ) {
    this.#log = log;
    this.#follower = follower;
    this.#signal = signal;
    this.#onTaken = onTaken;
  }

  /** What is new of these generations, and what is known of and missing of any. */
  async readNew(polled: ReadonlySet<bigint>): Promise<void> {
    const tails = this.#follower.tails(polled);
    await Promise.all(tails.map((request) => this.#read(request)));
    while (!this.#signal.aborted) {
      const missing = this.#follower.missing();
      const counts = await Promise.all(missing.map((request) => this.#read(request)));
      // Also when none of what is known of was given: the next poll asks again.
      if (counts.every((count) => count === 0)) return;
    }
  }

  /** One step back. False when nothing is left above `enough`. */
  async readPast(enough: bigint): Promise<boolean> {
    const past = this.#follower.past(enough);
    if (!past || this.#signal.aborted) return false;
    await this.#read(past);
    return true;
  }

  /** Gives how many rows were new. */
  async #read(request: LogRequest): Promise<number> {
    const { generation, place, direction } = request;
    const answer = await this.#log[direction](generation, place, MAX_POST_LOG_ROWS);
    const taken = this.#follower.took(request, answer);
    this.#onTaken(generation, taken);
    return taken.rows.length;
  }
}
