import type { Clock } from "../../../platform/clock/clock.ts";
import { compareAndSet, ofRow } from "../../../platform/storage/cql/cas.ts";
import type { Cql, CqlRow } from "../../../platform/storage/cql/session.ts";

/** Frames in one partition. */
export const BUCKET_FRAMES = 500;
/** Frames that are read at once: each may be more than a megabyte. */
const READ_FRAMES = 8;
/** A database that is away this long, about 13 s in all, ends the writer: waits double from the first. */
const MAX_ATTEMPTS = 9;
const FIRST_WAIT_MS = 50;

const OWNER = "SELECT owner FROM growth_log WHERE bucket = ? LIMIT 1";
const OPEN = "INSERT INTO growth_log (bucket, owner) VALUES (?, ?) IF NOT EXISTS";
const TAKE = "UPDATE growth_log SET owner = ? WHERE bucket = ? IF owner = ?";
const APPEND = `UPDATE growth_log SET writer = ?, frame = ? WHERE bucket = ? AND seq = ?
  IF owner = ?`;
const WRITER = "SELECT writer FROM growth_log WHERE bucket = ? AND seq = ?";
const READ = `SELECT seq, frame FROM growth_log WHERE bucket = ? AND seq >= ? LIMIT ${READ_FRAMES}`;
const REMOVE = "DELETE FROM growth_log WHERE bucket = ?";

/** Another process has taken the journal over: this one must end, its state may be behind. */
export class FencedError extends Error {
  constructor() {
    super("another process has taken the growth journal over: this one ends");
  }
}

/** The rows of the log, whose partitions have an owner. Frames of a partition that is not ours: none. */
export class LogRows {
  readonly #cql: Cql;
  readonly #self: string;
  readonly #clock: Pick<Clock, "delay">;

  /** @param self unlike any other process's */
  constructor(cql: Cql, self: string, clock: Pick<Clock, "delay">) {
    this.#cql = cql;
    this.#self = self;
    this.#clock = clock;
  }

  /** Who may add to a bucket; undefined: it does not exist. */
  async ownerOf(bucket: number): Promise<string | undefined> {
    const row = await this.#cql.serialRead(OWNER, [BigInt(bucket)]);
    return (row?.owner as string | null | undefined) ?? undefined;
  }

  /** Makes a bucket ours, whosever it is. From then on nobody else adds to it. */
  async take(bucket: number): Promise<void> {
    for (;;) {
      const owner = await this.ownerOf(bucket);
      if (owner === this.#self) return;
      const values =
        owner === undefined ? [BigInt(bucket), this.#self] : [this.#self, BigInt(bucket), owner];
      const statement = { query: owner === undefined ? OPEN : TAKE, values };
      const readBack = { query: OWNER, values: [BigInt(bucket)] };
      const judge = ofRow(
        (row) => row?.owner === this.#self,
        (row) => (row?.owner ?? undefined) === owner,
      );
      if ((await compareAndSet(this.#cql, { statement, readBack, judge })).applied) return;
    }
  }

  /**
   * Begins the next bucket. The one before it must still be ours after that: else another process has
   * taken over, and may even have removed this bucket long ago. @throws FencedError
   */
  async open(bucket: number): Promise<void> {
    await this.take(bucket);
    if (bucket > 0 && (await this.ownerOf(bucket - 1)) !== this.#self) throw new FencedError();
  }

  /** Writes a frame into a bucket of ours. @throws FencedError when it is not ours any more */
  async append(seq: number, frame: Uint8Array): Promise<void> {
    const key = [bucketOf(seq), BigInt(seq)].map(BigInt);
    const statement = { query: APPEND, values: [this.#self, frame, ...key, this.#self] };
    const isOurs = (row: CqlRow | undefined) => row?.writer === this.#self;
    for (let attempt = 1; ; attempt++) {
      try {
        const readBack = { query: WRITER, values: key };
        // Who owns the bucket is asked below: that a frame is not there yet says nothing of it.
        const judge = ofRow(isOurs, () => false);
        if ((await compareAndSet(this.#cql, { statement, readBack, judge })).applied) return;
        // Perhaps an earlier attempt of ours was applied, and the bucket was taken since.
        if (isOurs(await this.#cql.serialRead(WRITER, key))) return;
        if ((await this.ownerOf(Number(key[0]))) !== this.#self) throw new FencedError();
      } catch (error) {
        if (error instanceof FencedError || attempt === MAX_ATTEMPTS) throw error;
        await this.#clock.delay(FIRST_WAIT_MS * 2 ** (attempt - 1));
      }
    }
  }

  /** The frames of a bucket from `seq` on, in order; all there will be, when it is ours. */
  async *frames(bucket: number, seq: number): AsyncGenerator<Buffer> {
    for (let from = seq; ; ) {
      const rows = await this.#cql.run(READ, [BigInt(bucket), BigInt(from)]);
      for (const row of rows) {
        if (Number(row.seq) !== from) throw new Error(`frame ${from} of the growth log is missing`);
        yield row.frame as Buffer;
        from++;
      }
      if (rows.length < READ_FRAMES) return;
    }
  }

  /** Removes the buckets [from, before). */
  async remove(from: number, before: number): Promise<void> {
    for (let bucket = from; bucket < before; bucket++) {
      await this.#cql.run(REMOVE, [BigInt(bucket)]);
    }
  }
}

export function bucketOf(seq: number): number {
  return Math.floor(seq / BUCKET_FRAMES);
}
