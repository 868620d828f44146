import { setTimeout as delay } from "node:timers/promises";
import { unavailable } from "../../grpc/errors/errors.ts";
import { type GroupSink, type Write, WriteSet, type WriteTx } from "./write-set.ts";

/** Makes the writes durable, all or none; resolves after the sync. */
export type WriteDurably = (writes: readonly Write[]) => Promise<void>;

interface Pending {
  readonly run: (set: WriteSet) => void;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const MAX_WAITING = 20_000;
const MAX_PER_GROUP = 2_000;
/** When so many came while a group was written, a little wait makes the next group larger, and cheaper. */
const BUSY_COMMITS = 4;
const GATHER_MS = 1;

/**
 * Group commit: functions that arrive while one group is being synced form the next. Groups never
 * overlap, so each function sees all that was written before it, and the loop never waits for a disk.
 */
export class GroupCommit {
  readonly #writeDurably: WriteDurably;
  #waiting: Pending[] = [];
  #running: Promise<void> | undefined;

  constructor(writeDurably: WriteDurably) {
    this.#writeDurably = writeDurably;
  }

  /**
   * Runs `fn` inside the next group; resolves to its result once the group is durable. What `fn`
   * throws is thrown here, and nothing of it is written. UNAVAILABLE: the disk failed or is far behind.
   */
  commit<T>(fn: (tx: WriteTx) => T): Promise<T> {
    if (this.#waiting.length >= MAX_WAITING) {
      return Promise.reject(unavailable(`${MAX_WAITING} writes wait for the disk: slow down`));
    }
    return new Promise((resolve, reject) => {
      let result: T;
      this.#waiting.push({
        run: (set) => {
          result = set.attempt(fn);
        },
        resolve: () => resolve(result),
        reject,
      });
      this.#running ??= this.#runGroups();
    });
  }

  /** Resolves when nothing waits and nothing is being written. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  async #runGroups(): Promise<void> {
    // The rest of this turn of the loop joins the first group.
    await new Promise(setImmediate);
    while (this.#waiting.length > 0) {
      if (this.#waiting.length >= BUSY_COMMITS) await delay(GATHER_MS);
      await this.#runGroup(this.#waiting.splice(0, MAX_PER_GROUP));
    }
    this.#running = undefined;
  }

  async #runGroup(group: readonly Pending[]): Promise<void> {
    const set = new WriteSet();
    const done: Pending[] = [];
    for (const pending of group) {
      try {
        pending.run(set);
        done.push(pending);
      } catch (error) {
        pending.reject(error);
      }
    }
    try {
      const sinks = set.flushSinks();
      const writes = set.newest;
      if (writes.length > 0) await this.#writeDurably(writes);
      tellSinks(sinks);
      for (const pending of done) pending.resolve();
    } catch (cause) {
      const error = unavailable("the store could not write", { cause });
      for (const pending of done) pending.reject(error);
    }
  }
}

function tellSinks(sinks: readonly GroupSink<unknown>[]): void {
  for (const sink of sinks) sink.durable();
}
