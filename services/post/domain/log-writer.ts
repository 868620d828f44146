import {
  decodePostLogRow,
  encodePostLogRow,
  highestOf,
  type LoggedChange,
} from "../../model/wire/post-log-row.ts";
import type { Clock } from "../../platform/clock/clock.ts";
import type { HeadDeletions, PostLogRow } from "../ports.ts";
import { NewestDeletions, type NewestDeletionsLimits } from "./newest-deletions.ts";

export interface LogWriterDeps {
  /** Enters a bucket in the directory; durable. */
  readonly enlist: (generation: bigint, bucket: number) => Promise<void>;
  /** Writes a row, and then its generation's head, which tells of these deletions; durable, idempotent. */
  readonly insert: (generation: bigint, row: PostLogRow, deletions: HeadDeletions) => Promise<void>;
  /** Told of each row that is durable, in order. */
  readonly onWritten?: (generation: bigint, row: PostLogRow) => void;
  readonly bucketAt: (nowMs: number) => number;
  readonly clock: Clock;
  /** What heads tell of. */
  readonly limits?: NewestDeletionsLimits;
}

interface Pending {
  readonly row: PostLogRow;
  readonly deletions: HeadDeletions;
}

/** Rows of one process follow each other no faster. */
const MIN_INTERVAL_MS = 20;

/**
 * Writes the rows of one process: numbered, in order, one at a time. A row whose write was not confirmed
 * is written again as it is, before any other: who read it under its number reads it once.
 */
export class LogWriter {
  readonly #deps: LogWriterDeps;
  #tail: Promise<void> = Promise.resolve();
  #generation = 0n;
  #seq = 0;
  #highest = 0n;
  #bucket = 0;
  #enlisted = 0;
  #deletions: NewestDeletions;
  #pending: Pending | undefined;
  #lastMs = -Infinity;

  constructor(deps: LogWriterDeps) {
    this.#deps = deps;
    this.#deletions = new NewestDeletions(deps.limits);
  }

  /**
   * Resolves when these changes are in the log. Rejects when that is not certain: ask again.
   * `generation` is that of the lease in hand: another one after the lease was lost.
   */
  write(generation: bigint, changes: readonly LoggedChange[]): Promise<void> {
    const written = this.#tail.then(() => this.#writeNext(generation, changes));
    this.#tail = written.catch(() => {});
    return written;
  }

  async #writeNext(generation: bigint, changes: readonly LoggedChange[]): Promise<void> {
    const { clock, bucketAt } = this.#deps;
    const waitMs = this.#lastMs + MIN_INTERVAL_MS - clock.monotonicMs();
    if (waitMs > 0) await clock.delay(waitMs);
    this.#lastMs = clock.monotonicMs();
    if (generation !== this.#generation) this.#begin(generation);
    if (this.#pending) await this.#put(this.#pending);
    // The clock may step back: buckets never do.
    const bucket = Math.max(this.#bucket, bucketAt(clock.nowMs()));
    const packed = encodePostLogRow(this.#highest, changes);
    const row = { seq: this.#seq + 1, bucket, previousBucket: this.#bucket, packed };
    await this.#put({ row, deletions: this.#deletions.with(row.seq, changes) });
  }

  /** Who took over from the old generation publishes, in rows of its own, what that left. */
  #begin(generation: bigint): void {
    this.#generation = generation;
    this.#seq = 0;
    this.#highest = 0n;
    this.#bucket = 0;
    this.#enlisted = 0;
    this.#deletions = new NewestDeletions(this.#deps.limits);
    this.#pending = undefined;
  }

  async #put(pending: Pending): Promise<void> {
    const { row, deletions } = pending;
    const generation = this.#generation;
    this.#pending = pending;
    if (this.#enlisted !== row.bucket) {
      await this.#deps.enlist(generation, row.bucket);
      this.#enlisted = row.bucket;
    }
    await this.#deps.insert(generation, row, deletions);
    this.#pending = undefined;
    this.#seq = row.seq;
    this.#bucket = row.bucket;
    this.#highest = highestOf(decodePostLogRow(row.packed));
    this.#deps.onWritten?.(generation, row);
  }
}
