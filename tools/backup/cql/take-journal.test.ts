import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import type { Client } from "cassandra-driver";
import { describe, expect, it } from "vitest";
import { createCqlJournals } from "../../../services/bookstore/adapters/cql/cql-journals.ts";
import { JournalRows } from "../../../services/bookstore/adapters/cql/journal-rows.ts";
import {
  GROUPS_PER_BUCKET,
  JOURNAL_TABLES,
} from "../../../services/bookstore/adapters/cql/journal-tables.ts";
import { SnapshotRows } from "../../../services/bookstore/adapters/cql/snapshot-rows.ts";
import type { ShardEvents } from "../../../services/bookstore/domain/records/shard-events.ts";
import { BlobRows } from "../../../services/growth/adapters/cql/blob-rows.ts";
import { findCqlJournal } from "../../../services/growth/adapters/cql/cql-journal.ts";
import { BUCKET_FRAMES } from "../../../services/growth/adapters/cql/log-rows.ts";
import { GROWTH_TABLES } from "../../../services/growth/adapters/cql/schema.ts";
import type { Manifest } from "../../../services/growth/ports.ts";
import { ManualClock } from "../../../services/platform/clock/manual-clock.ts";
import { migrate, type TableDefinition } from "../../../services/platform/storage/cql/migrate.ts";
import type { Cql } from "../../../services/platform/storage/cql/session.ts";
import { memoryClient, memoryCql } from "../../../test/support/engines/memory-cql/memory-cql.ts";
import { MemoryKeyspace } from "../../../test/support/engines/memory-cql/memory-keyspace.ts";
import { readFileBack, type Stored } from "../repository/stored-file.ts";
import { readTables, type Table } from "./columns.ts";
import { fillKeyspace } from "./fill-keyspace.ts";
import { JOURNALS, type JournalKind } from "./journals.ts";
import { type ByTable, takeJournals } from "./take-journal.ts";
import { memoryBlocks } from "./testing/memory-blocks.ts";
import { Steps } from "./testing/steps.ts";

const NOW_MS = Date.UTC(2026, 10, 29, 12);
const [BOOKS, GROWTH] = JOURNALS;
/** More than a copy takes that need not begin again. */
const STATEMENTS = 8;
const clock = new ManualClock(NOW_MS);

/** A journal, and what is done to it while it is copied. */
interface Owner {
  readonly kind: JournalKind;
  readonly tables: readonly TableDefinition[];
  /** A journal that is about to begin a bucket; gives the work that is to be done while it is copied. */
  open(cql: Cql): Promise<() => Promise<void>>;
  /** How many records there are; throws when it is not whole. */
  records(cql: Cql): Promise<number>;
}

const EMPTY = Buffer.alloc(0);
const NO_EVENTS = {} as ShardEvents;

const books: Owner = {
  kind: { ...BOOKS, journals: [[0]] },
  tables: JOURNAL_TABLES,
  open: async (cql) => {
    const snapshots = new SnapshotRows(cql, 0);
    const seq = BigInt(GROUPS_PER_BUCKET) - 2n;
    await snapshots.writeSlice(seq, 0, EMPTY);
    await snapshots.moveHead(await snapshots.readHead(), seq, 1);
    const options = { cql, clock, random: Math.random, snapshotGroups: 1, snapshotBytes: 1 };
    const journal = await createCqlJournals(options).open(0, NO_EVENTS);
    return async () => {
      for (let i = 0; i < 2; i++) await journal.append(EMPTY);
      await journal.writeSnapshot([EMPTY]);
    };
  },
  records: async (cql) => {
    const snapshots = new SnapshotRows(cql, 0);
    const head = await snapshots.readHead();
    await snapshots.readSlices(head);
    let next = head.seq;
    for await (const { seq } of new JournalRows(cql, 0).readFrom(next)) expect(seq).toBe(next++);
    return Number(next);
  },
};

function manifestOf(position: number, blob: string): Manifest {
  const nothing = { users: 0, eventsFrom: 0, events: 0, today: 0, feed: [] };
  return { position, blobs: [blob], ...nothing };
}

const FIRST_MANIFEST = "INSERT INTO growth_manifest (id, position, manifest) VALUES (?, ?, ?)";

const growth: Owner = {
  kind: GROWTH,
  tables: GROWTH_TABLES,
  open: async (cql) => {
    const position = BUCKET_FRAMES - 1;
    await new BlobRows(cql).put("a", EMPTY);
    const manifest = JSON.stringify(manifestOf(position, "a"));
    await cql.run(FIRST_MANIFEST, [0, BigInt(position), manifest]);
    const journal = await (await findCqlJournal(cql, "one", clock)).replay(() => {});
    return async () => {
      for (let i = 0; i < 2; i++) await journal.append(EMPTY);
      await journal.writeBlob("b", EMPTY);
      await journal.checkpoint(manifestOf(journal.position, "b"));
    };
  },
  records: async (cql) => {
    const found = await findCqlJournal(cql, "another", clock);
    for (const name of found.manifest?.blobs ?? []) await found.readBlob(name);
    let frames = 0;
    await found.replay(() => frames++);
    return (found.manifest?.position ?? 0) + frames;
  },
};

/** The keyspace after each step of what is done. */
async function statesOf({ tables, open }: Owner): Promise<readonly MemoryKeyspace[]> {
  const keyspace = new MemoryKeyspace(NOW_MS);
  const steps = new Steps(() => true);
  const cql = memoryCql(keyspace, steps.gate);
  await migrate(cql, tables);
  const work = await open(cql);
  const states = [keyspace.copy()];
  await steps.run(
    work,
    () => 0,
    async () => void states.push(keyspace.copy()),
  );
  return states;
}

interface Taking {
  readonly kind: JournalKind;
  readonly present: ReadonlyMap<string, Table>;
  readonly states: readonly MemoryKeyspace[];
}

/**
 * Copies while the states follow each other: `pauses` says how many pass before each statement of the copy, the last
 * number those that are left. Gives where it ended, too.
 */
async function take(
  { kind, present, states }: Taking,
  pauses: readonly number[],
): Promise<{ readonly copied: ByTable; readonly at: number }> {
  let [statements, at] = [0, 0];
  const client: Pick<Client, "execute"> = {
    execute: (async (query: string, values: readonly never[]) => {
      at += pauses[statements++] ?? 0;
      return states[at].execute(query, values);
    }) as unknown as Client["execute"],
  };
  return { copied: await takeJournals(client as Client, blocks, kind, present), at };
}

const blocks = memoryBlocks();

async function restored(copied: ByTable): Promise<Cql> {
  const keyspace = new MemoryKeyspace(NOW_MS);
  const cql = memoryCql(keyspace);
  const files = [...copied].map(([table, all]) => [table, all.map(sized)] as const);
  await fillKeyspace({
    ...{ client: memoryClient(keyspace), cql, momentMs: NOW_MS, nowMs: NOW_MS },
    byTable: new Map(files),
    linesOf: ({ file }) => createInterface({ input: Readable.from(readFileBack(blocks, file)) }),
    onFilled: () => {},
  });
  return cql;
}

/** Every way to share so many steps among so many places. */
function* sharesOf(steps: number, places: number): Generator<readonly number[]> {
  if (places === 1) yield [steps];
  else
    for (let first = 0; first <= steps; first++)
      for (const rest of sharesOf(steps - first, places - 1)) yield [first, ...rest];
}

const sized = (stored: Stored) => ({ ...stored, bytes: stored.file.bytes });

describe.each([
  ["of the bookstore", books],
  ["of growth", growth],
])("a journal %s that goes on while it is copied", (_, owner) => {
  it("is in the copy as it was at one moment of it, wherever each step falls", async () => {
    const states = await statesOf(owner);
    const counts = await Promise.all(states.map((state) => owner.records(memoryCql(state.copy()))));
    const seen = new Map<string, number>();
    const steps = states.length - 1;
    const present = await readTables(memoryClient(states[0]));
    let copies = 0;
    for (const pauses of sharesOf(steps, STATEMENTS)) {
      const { copied, at } = await take({ ...owner, present, states }, pauses);
      const name = JSON.stringify([...copied.values()]);
      const records = seen.get(name) ?? (await owner.records(await restored(copied)));
      seen.set(name, records);
      copies++;
      expect(records).toBeGreaterThanOrEqual(counts[pauses[0]]);
      expect(records).toBeLessThanOrEqual(counts[at]);
    }
    expect(copies).toBeGreaterThan(100);
    expect(new Set(seen.values())).toEqual(new Set(counts));
  });
});
