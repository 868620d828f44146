import { MAX_MESSAGE_BYTES, MAX_POST_LOG_WATCHERS } from "../../model/limits.ts";
import type { Clock } from "../../platform/clock/clock.ts";
import { PushStream } from "../../platform/concurrency/push-stream.ts";
import { resourceExhausted, unavailable } from "../../platform/grpc/errors/errors.ts";
import type { PostLogHead, PostLogRow } from "../ports.ts";

export interface LogWatchersDeps {
  readonly clock: Clock;
  /** A message, once for all who watch. */
  readonly encode: (head: PostLogHead, rows: readonly PostLogRow[]) => Buffer;
  /** Told of messages given to watchers. */
  readonly onMessages?: (count: number) => void;
}

/**
 * Rows that come within so long of a message share the next one. With few who watch it is as often as rows are written
 * at most; with more it is a thousand messages a second, and with many 25 for each.
 */
export const gatherMs = (watchers: number): number => Math.min(40, Math.max(20, watchers));
const RETRY_AFTER_MS = 5_000;
/** Of one watcher, messages that it has not taken; a second or more. */
const MAX_WAITING = 32;

/** What one stream is told, for one reader. */
export type LogWatcher = PushStream<Buffer>;

/**
 * Tells those who watch of the rows that this process writes, when they are durable. Memory is bounded: who does not
 * take what it is told is told of the newest rows only, and reads what it lacks.
 */
export class LogWatchers {
  readonly #deps: LogWatchersDeps;
  readonly #watchers = new Set<LogWatcher>();
  #head: PostLogHead | undefined;
  #gathered: PostLogRow[] = [];
  #gatheredBytes = 0;
  #toldMs = -Infinity;
  #isWaiting = false;
  #isClosed = false;

  constructor(deps: LogWatchersDeps) {
    this.#deps = deps;
  }

  /** This row is durable, and all rows of its generation before it are. */
  wrote(generation: bigint, row: PostLogRow): void {
    const isOther = generation !== this.#head?.generation;
    const bytes = this.#gatheredBytes + row.packed.length;
    if (isOther || bytes > MAX_MESSAGE_BYTES / 2) this.#tell();
    this.#head = { generation, seq: row.seq, bucket: row.bucket };
    if (this.#watchers.size === 0) return;
    this.#gathered.push(row);
    this.#gatheredBytes += row.packed.length;
    this.#tellSoon();
  }

  /** Hears from now on; release it at the end. Throws RESOURCE_EXHAUSTED when there are too many. */
  watch(): LogWatcher {
    if (this.#isClosed) throw unavailable("the process is closing: use another");
    if (this.#watchers.size >= MAX_POST_LOG_WATCHERS) {
      const message = `${this.#watchers.size} streams are open, and no more are allowed`;
      throw resourceExhausted(`${message}; try again later`, RETRY_AFTER_MS);
    }
    this.#tell();
    const watcher = new PushStream<Buffer>();
    if (this.#head) watcher.push(this.#deps.encode(this.#head, []));
    this.#watchers.add(watcher);
    return watcher;
  }

  release(watcher: LogWatcher): void {
    this.#watchers.delete(watcher);
  }

  /** Ends every stream, so that a server that drains need not wait for them. */
  close(): void {
    this.#isClosed = true;
    this.#tell();
    for (const watcher of this.#watchers) watcher.end();
  }

  #tellSoon(): void {
    if (this.#isWaiting) return;
    const { clock } = this.#deps;
    const waitMs = this.#toldMs + gatherMs(this.#watchers.size) - clock.monotonicMs();
    if (waitMs <= 0) {
      this.#tell();
      return;
    }
    this.#isWaiting = true;
    void clock.delay(waitMs).then(() => {
      this.#isWaiting = false;
      this.#tell();
    });
  }

  #tell(): void {
    if (!this.#head || this.#gathered.length === 0) return;
    this.#toldMs = this.#deps.clock.monotonicMs();
    if (this.#watchers.size > 0) this.#giveAll(this.#deps.encode(this.#head, this.#gathered));
    this.#gathered = [];
    this.#gatheredBytes = 0;
  }

  #giveAll(message: Buffer): void {
    for (const watcher of this.#watchers) {
      // Who has not taken what was told before is left with the newest, and reads what is between.
      if (watcher.waitingCount >= MAX_WAITING) watcher.clear();
      watcher.push(message);
    }
    this.#deps.onMessages?.(this.#watchers.size);
  }
}
