import type { CqlPosition } from "./cql-outbox-rows.ts";
import type { OutboxItem } from "./outbox.ts";

/** Beyond these the relay reads rows. */
const MAX_KEPT_ITEMS = 10_000;

interface Bucket {
  /** The first position in it: all lower ones are in earlier buckets. */
  readonly first: bigint;
  /** Resolves once the directory has it; undefined until that was begun. */
  enlisted: Promise<void> | undefined;
}

/**
 * What a writer knows of its own outbox, in memory: which positions are in flight, which changes may be
 * half written, which buckets there are, and up to where all is published.
 */
export class GenerationLog {
  readonly generation: bigint;
  #mark: CqlPosition;
  #next = 1n;
  /** In ascending order, for positions are begun so. */
  readonly #inFlight = new Set<bigint>();
  readonly #halfWritten = new Set<bigint>();
  /** Whole changes whose rows are durable, by position: the relay need not read them. */
  readonly #kept = new Map<bigint, OutboxItem<CqlPosition>>();
  /** Ascending. */
  readonly #buckets = new Map<number, Bucket>();

  constructor(generation: bigint) {
    this.generation = generation;
    this.#mark = { generation, bucket: 0, position: 0n };
  }

  /** All up to here is published; reading goes on after it. */
  get watermark(): CqlPosition {
    return this.#mark;
  }

  /** The first position that must not be published yet. */
  get end(): bigint {
    for (const first of this.#inFlight) return first;
    return this.#next;
  }

  get depth(): number {
    return Number(this.#next - 1n - this.#mark.position);
  }

  /** The position of a new write. The clock may step back: buckets never do. */
  begin(bucketNow: number): CqlPosition {
    const newest = [...this.#buckets.keys()].at(-1);
    const bucket = Math.max(bucketNow, newest ?? 0);
    if (newest === undefined) this.#mark = { ...this.#mark, bucket };
    if (!this.#buckets.has(bucket))
      this.#buckets.set(bucket, { first: this.#next, enlisted: undefined });
    const position = this.#next;
    this.#next += 1n;
    this.#inFlight.add(position);
    return { generation: this.generation, bucket, position };
  }

  /** Has the bucket entered in the directory once, before the first row in it counts. */
  enlisted(bucket: number, enlist: () => Promise<void>): Promise<void> {
    const known = this.#buckets.get(bucket);
    // A bucket that all has been published of is in the directory.
    if (!known) return Promise.resolve();
    known.enlisted ??= enlist().catch((error: unknown) => {
      known.enlisted = undefined;
      throw error;
    });
    return known.enlisted;
  }

  /** The write has ended with its row and its change durable. */
  finish({ position, queue, payload }: OutboxItem<CqlPosition>): void {
    this.#inFlight.delete(position.position);
    if (this.#kept.size >= MAX_KEPT_ITEMS) return;
    this.#kept.set(position.position, { position, queue, payload });
  }

  /** The write has ended, and of its row and its change nobody knows. */
  finishUnknown(position: bigint): void {
    this.#inFlight.delete(position);
    this.#halfWritten.add(position);
  }

  /** What comes next, as far as it is in memory. */
  kept(limit: number): readonly OutboxItem<CqlPosition>[] {
    const items: OutboxItem<CqlPosition>[] = [];
    const { end } = this;
    for (let next = this.#mark.position + 1n; next < end && items.length < limit; next++) {
      const item = this.#kept.get(next);
      if (!item) break;
      items.push(item);
    }
    return items;
  }

  /** The item as the relay wants it: a change that its writer has finished needs no completing. */
  withoutChangeUnlessHalfWritten(item: OutboxItem<CqlPosition>): OutboxItem<CqlPosition> {
    if (this.#halfWritten.has(item.position.position)) return item;
    const { position, queue, payload } = item;
    return { position, queue, payload };
  }

  publishedUpTo(to: CqlPosition): void {
    for (let at = this.#mark.position + 1n; at <= to.position; at++) this.#kept.delete(at);
    this.#mark = to;
    for (const position of this.#halfWritten)
      if (position <= to.position) this.#halfWritten.delete(position);
    this.#forgetBuckets();
  }

  /**
   * Goes on after a bucket in which nothing more was found before `end`. False when there is nowhere to
   * go on: positions before `end` that are not there were never stored, and are passed over.
   */
  skipTo(end: bigint): boolean {
    for (const [bucket, { first }] of this.#buckets) {
      if (bucket <= this.#mark.bucket || first > end) continue;
      this.#mark = { ...this.#mark, bucket, position: first - 1n };
      this.#forgetBuckets();
      return true;
    }
    this.#mark = { ...this.#mark, position: end - 1n };
    return false;
  }

  #forgetBuckets(): void {
    for (const bucket of this.#buckets.keys())
      if (bucket < this.#mark.bucket) this.#buckets.delete(bucket);
  }
}
