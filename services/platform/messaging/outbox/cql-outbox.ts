import type { Clock } from "../../clock/clock.ts";
import { notBegun, unavailable } from "../../grpc/errors/errors.ts";
import type { Lease } from "../../storage/leases/lease.ts";
import type { Logger } from "../../telemetry/logger.ts";
import { BUCKET_MS, type CqlOutboxRows, type CqlPosition } from "./cql-outbox-rows.ts";
import { GenerationLog } from "./generation-log.ts";
import type { Outbox, OutboxItem } from "./outbox.ts";
import { PublishedMarks } from "./published-marks.ts";

/** An event that is durable while its change is being written. */
export interface Ticket {
  /** The change is written as a whole: the event may be published. */
  done(): void;
  /** The change may be half written: the relay completes it before it publishes the event. */
  failed(): void;
}

type OutboxRowUse = "enlistBucket" | "insert" | "readBucket" | "setWatermark" | "removePublished";

export interface CqlOutboxOptions {
  readonly rows: Pick<CqlOutboxRows, OutboxRowUse>;
  /** The lease in hand: a new one, of a new generation, after the old was lost. */
  readonly lease: () => Lease;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * The outbox of one process, in CQL: the event is written, durably and with the whole change, before the
 * change. Whoever takes over from a dead process reads the same rows (see takeover.ts).
 */
export class CqlOutbox implements Outbox<CqlPosition> {
  readonly #options: CqlOutboxOptions;
  readonly #wakers = new Set<() => void>();
  readonly #marks: PublishedMarks;
  #log: GenerationLog;

  constructor(options: CqlOutboxOptions) {
    this.#options = options;
    this.#marks = new PublishedMarks(options);
    this.#log = new GenerationLog(options.lease().generation);
  }

  /**
   * Writes the event. UNAVAILABLE: it may not be stored, or nobody would see it; write no change then. If it
   * is stored after all, the relay writes the change before it publishes.
   */
  async write(item: Omit<OutboxItem, "position">): Promise<Ticket> {
    const lease = this.#options.lease();
    const log = this.#logOf(lease);
    if (!lease.isHeld()) throw notBegun("the lease of this process has run out");
    const at = log.begin(Math.floor(this.#options.clock.nowMs() / BUCKET_MS));
    try {
      await log.enlisted(at.bucket, () =>
        this.#options.rows.enlistBucket(at.generation, at.bucket),
      );
      await this.#options.rows.insert(at, item);
      // Whoever took over meanwhile may have read this bucket before the row was there.
      if (!lease.isHeld()) throw unavailable("the lease of this process ran out while it wrote");
    } catch (error) {
      // The event may be stored all the same, and is published then; its change is nowhere else.
      log.finishUnknown(at.position);
      this.#wake();
      throw error;
    }
    const ended = (finish: () => void) => () => {
      finish();
      this.#wake();
    };
    return {
      done: ended(() => log.finish({ ...item, position: at })),
      failed: ended(() => log.finishUnknown(at.position)),
    };
  }

  async read(limit: number): Promise<readonly OutboxItem<CqlPosition>[]> {
    const log = this.#logOf(this.#options.lease());
    const kept = log.kept(limit);
    if (kept.length > 0) return kept;
    const { end } = log;
    while (log.watermark.position + 1n < end) {
      const items = await this.#options.rows.readBucket(log.watermark, end, limit);
      if (items.length > 0) return items.map((item) => log.withoutChangeUnlessHalfWritten(item));
      if (!log.skipTo(end)) break;
    }
    return [];
  }

  /** Durable within a second: until then whoever takes over would publish these again. */
  async published(items: readonly OutboxItem<CqlPosition>[]): Promise<void> {
    const last = items.at(-1);
    if (last?.position.generation !== this.#log.generation) return;
    this.#log.publishedUpTo(last.position);
    this.#marks.published(last.position);
  }

  onWrite(wake: () => void): () => void {
    this.#wakers.add(wake);
    return () => this.#wakers.delete(wake);
  }

  async depth(): Promise<number> {
    return this.#log.depth;
  }

  /** Nothing is published any more: what was is marked. */
  close(): Promise<void> {
    return this.#marks.close();
  }

  #wake(): void {
    for (const wake of this.#wakers) wake();
  }

  /** What a lost generation still holds is the business of who took it over. */
  #logOf(lease: Lease): GenerationLog {
    if (this.#log.generation === lease.generation) return this.#log;
    this.#marks.forget();
    this.#log = new GenerationLog(lease.generation);
    return this.#log;
  }
}
