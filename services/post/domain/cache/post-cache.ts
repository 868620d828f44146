import { LRUCache } from "lru-cache";

/** What a message takes beside its bytes: its key, its view and its place in the map. */
const OVERHEAD_BYTES = 200;
/** What is erased at another replica is hidden at once, and out of this memory after so long. */
const KEPT_AT_MOST_MS = 3_600_000;

export interface PostCacheOptions {
  readonly maxBytes: number;
  /** Whether all deletions are told in time; while not, nothing is given and nothing kept. */
  readonly isTrusted: () => boolean;
  readonly onRead?: (result: "hit" | "miss") => void;
}

/** Ids that are being read from the store: those whose post changes meanwhile are taken out. */
export type Reading = Set<bigint>;

/**
 * Posts as they were stored, by id, in the memory of one replica. A post never changes but by its deletion,
 * of which whoever owns the cache tells it. **A deleted post is not in it**, also when its message was read
 * before the deletion and arrives after: reads are announced, and what is dropped meanwhile is not kept.
 */
export class PostCache {
  readonly #messages: LRUCache<bigint, Uint8Array>;
  readonly #readings = new Set<Reading>();
  readonly #options: PostCacheOptions;

  constructor(options: PostCacheOptions) {
    this.#options = options;
    this.#messages = new LRUCache({
      maxSize: options.maxBytes,
      ttl: KEPT_AT_MOST_MS,
      sizeCalculation: ({ length }) => length + OVERHEAD_BYTES,
    });
  }

  get(id: bigint): Uint8Array | undefined {
    const message = this.#options.isTrusted() ? this.#messages.get(id) : undefined;
    this.#options.onRead?.(message ? "hit" : "miss");
    return message;
  }

  /** Before the store is asked for these. */
  begin(ids: Iterable<bigint>): Reading {
    const reading = new Set(this.#options.isTrusted() ? ids : []);
    this.#readings.add(reading);
    return reading;
  }

  /** A message that the store gave to this reading, or that was just written. Copied: it may share a chunk. */
  keep(id: bigint, message: Uint8Array, reading?: Reading): void {
    if (!(reading ? reading.has(id) : this.#options.isTrusted())) return;
    this.#messages.set(id, Uint8Array.prototype.slice.call(message));
  }

  end(reading: Reading): void {
    this.#readings.delete(reading);
  }

  /** The post is no longer what it was. */
  drop(id: bigint): void {
    this.#messages.delete(id);
    for (const reading of this.#readings) reading.delete(id);
  }

  /** Nobody knows what has changed. */
  clear(): void {
    this.#messages.clear();
    for (const reading of this.#readings) reading.clear();
  }

  get bytes(): number {
    return this.#messages.calculatedSize;
  }

  get count(): number {
    return this.#messages.size;
  }
}
