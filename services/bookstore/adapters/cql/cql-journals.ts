import type { Clock } from "../../../platform/clock/clock.ts";
import { unavailable } from "../../../platform/grpc/errors/errors.ts";
import type { Cql } from "../../../platform/storage/cql/session.ts";
import { replayRecords } from "../../domain/records/replay.ts";
import type { ShardEvents } from "../../domain/records/shard-events.ts";
import type { Journal, Journals } from "../../ports.ts";
import { bucketOf, JournalRows } from "./journal-rows.ts";
import { type Head, SnapshotRows } from "./snapshot-rows.ts";

export interface CqlJournalsOptions {
  readonly cql: Cql;
  readonly clock: Clock;
  /** 0 to 1. */
  readonly random: () => number;
  /** Groups between two snapshots. */
  readonly snapshotGroups: number;
  /** Bytes of groups between two snapshots; at least as many as the last one has. */
  readonly snapshotBytes: number;
}

const NOTHING = Buffer.alloc(0);
const RETRY_MS = 50;
/** A group whose outcome is unknown is written again for so long; then the shard is loaded anew. */
const GIVE_UP_MS = 5_000;

/**
 * Journals as rows, a conditional write a group: a number belongs to one group for ever. Who opens a
 * journal takes the next number for itself, so whatever an earlier owner still has on its way comes
 * before that and is read, or finds its number taken.
 */
export function createCqlJournals(options: CqlJournalsOptions): Journals {
  return {
    open: (shard, events) => CqlJournal.open(options, shard, events),
    close: async () => {},
  };
}

/** A journal as it was found. */
interface Found {
  readonly head: Head;
  /** The first number that nobody has. */
  readonly next: bigint;
  readonly snapshotBytes: number;
}

/** Tells `events` what stands, and leaves the journal to its owner. */
export async function readJournal(cql: Cql, shard: number, events: ShardEvents): Promise<Found> {
  const snapshots = new SnapshotRows(cql, shard);
  const head = await snapshots.readHead();
  let snapshotBytes = 0;
  for (const slice of await snapshots.readSlices(head)) {
    replayRecords(slice, 0, events);
    snapshotBytes += slice.length;
  }
  let next = head.seq;
  for await (const { seq, records } of new JournalRows(cql, shard).readFrom(next)) {
    if (seq !== next) throw new Error(`shard ${shard}: group ${next} is missing before ${seq}`);
    replayRecords(records, 0, events);
    next++;
  }
  return { head, next, snapshotBytes };
}

class CqlJournal implements Journal {
  readonly headerBytes = 0;
  readonly #options: CqlJournalsOptions;
  readonly #rows: JournalRows;
  readonly #snapshots: SnapshotRows;
  readonly #writer: bigint;
  #next: bigint;
  #head: Head;
  #snapshotBytes: number;
  #bytesSince = 0;

  private constructor(
    options: CqlJournalsOptions,
    rows: { readonly rows: JournalRows; readonly snapshots: SnapshotRows },
    from: Found,
  ) {
    this.#options = options;
    this.#rows = rows.rows;
    this.#snapshots = rows.snapshots;
    this.#writer = newWriter(options.random);
    this.#head = from.head;
    this.#next = from.next;
    this.#snapshotBytes = from.snapshotBytes;
  }

  static async open(
    options: CqlJournalsOptions,
    shard: number,
    events: ShardEvents,
  ): Promise<CqlJournal> {
    const rows = new JournalRows(options.cql, shard);
    const snapshots = new SnapshotRows(options.cql, shard);
    const found = await readJournal(options.cql, shard, events);
    const journal = new CqlJournal(options, { rows, snapshots }, found);
    await journal.#begin(events);
    return journal;
  }

  async append(group: Buffer): Promise<void> {
    const written = await this.#write(group);
    if (written) throw unavailable("another process has taken this shard over");
    this.#bytesSince += group.length;
  }

  isSnapshotDue(): boolean {
    const { snapshotGroups, snapshotBytes } = this.#options;
    const groups = Number(this.#next - this.#head.seq);
    return (
      groups >= snapshotGroups || this.#bytesSince >= Math.max(snapshotBytes, this.#snapshotBytes)
    );
  }

  async writeSnapshot(slices: Iterable<Buffer>): Promise<void> {
    const seq = this.#next;
    const bytesBefore = this.#bytesSince;
    let count = 0;
    let bytes = 0;
    for (const records of slices) {
      await this.#snapshots.writeSlice(seq, count++, records);
      bytes += records.length;
    }
    const before = this.#head;
    if (!(await this.#snapshots.moveHead(before, seq, count))) {
      throw unavailable("another process has written a snapshot of this shard");
    }
    this.#head = { seq, slices: count, firstBucket: bucketOf(seq) };
    this.#snapshotBytes = bytes;
    this.#bytesSince -= bytesBefore;
    await this.#clean(before);
  }

  async close(): Promise<void> {}

  /** Takes the first number that nobody has: from here on no earlier owner can write. */
  async #begin(events: ShardEvents): Promise<void> {
    for (;;) {
      const another = await this.#write(NOTHING);
      if (!another) return;
      replayRecords(another, 0, events);
      this.#next++;
    }
  }

  /** Writes under the next number. Resolves to the records that stand there, when they are another's. */
  async #write(records: Buffer): Promise<Buffer | undefined> {
    const { clock } = this.#options;
    const untilMs = clock.monotonicMs() + GIVE_UP_MS;
    const group = { seq: this.#next, writer: this.#writer, records };
    for (;;) {
      const written = await this.#rows.write(group);
      if (written.kind === "another") return written.row.records;
      if (written.kind === "ours") {
        this.#next++;
        return undefined;
      }
      if (clock.monotonicMs() > untilMs) throw written.cause;
      await clock.delay(RETRY_MS);
    }
  }

  /** Drops what the new snapshot stands for. After a crash the next snapshot drops it. */
  async #clean(before: Head): Promise<void> {
    if (before.seq > 0n) await this.#snapshots.drop(before.seq);
    const last = this.#head.firstBucket;
    for (let bucket = before.firstBucket; bucket < last; bucket++) {
      await this.#rows.dropBucket(bucket);
    }
    await this.#snapshots.cleaned(this.#head.seq, last);
  }
}

/** Unlike any other: 62 random bits. */
function newWriter(random: () => number): bigint {
  const half = () => BigInt(Math.floor(random() * 2 ** 31));
  return (half() << 31n) | half();
}
