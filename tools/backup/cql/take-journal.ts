import type { Client } from "cassandra-driver";
import type { CqlRow } from "../../../services/platform/storage/cql/session.ts";
import type { Blocks } from "../repository/blocks.ts";
import { type Stored, storeFile } from "../repository/stored-file.ts";
import { lineOf } from "./cells.ts";
import type { Table } from "./columns.ts";
import { type JournalKind, type PartitionKey, tablesOf } from "./journals.ts";
import { asLines, readPartition } from "./read-table.ts";

/** What was copied, by table. */
export type ByTable = ReadonlyMap<string, readonly Stored[]>;

interface Reading {
  readonly client: Client;
  readonly kind: JournalKind;
  readonly tables: readonly [head: Table, snapshots: Table, log: Table];
  readonly journal: PartitionKey;
}

const TRIES = 20;

/** Copies all journals of a kind, one after the other; nothing where its tables are not there. */
export async function takeJournals(
  client: Client,
  blocks: Pick<Blocks, "put">,
  kind: JournalKind,
  present: ReadonlyMap<string, Table>,
): Promise<ByTable> {
  const [head, snapshots, log] = tablesOf(kind).map((name) => present.get(name));
  if (!head || !snapshots || !log) return new Map();
  const copied = new Map<string, Stored[]>(tablesOf(kind).map((name) => [name, []]));
  for (const journal of kind.journals) {
    const reading: Reading = { client, kind, tables: [head, snapshots, log], journal };
    for (const [table, one] of await takeJournal(blocks, reading)) copied.get(table)?.push(one);
  }
  return copied;
}

/**
 * As its owner reads it: the head, the snapshot that this names, then the log behind it in its order, which ends
 * where a record is missing. So what is copied is the journal as it was at one moment, after the copy had begun.
 * When the head has moved meanwhile, what it led to may be gone, and all is read again.
 */
async function takeJournal(
  blocks: Pick<Blocks, "put">,
  reading: Reading,
): Promise<[string, Stored][]> {
  const { tables, journal } = reading;
  const [heads, snapshots, log] = tables;
  const path = (table: Table) => `cql/${table.name}/${journal.join("-").padStart(2, "0")}.jsonl`;
  for (let tries = 1; tries <= TRIES; tries++) {
    const found = await headOf(reading);
    const stored = [
      await storeFile(blocks, path(heads), asLines(heads, some(found))),
      await storeFile(blocks, path(snapshots), asLines(snapshots, snapshotRows(reading, found))),
      await storeFile(blocks, path(log), asLines(log, logRows(reading, found))),
    ];
    if (isSame(heads, found, await headOf(reading)))
      return stored.map((one, i) => [tables[i].name, one]);
  }
  throw new Error(`${heads.name} ${journal} moved ${TRIES} times while it was copied: try again`);
}

async function headOf({ client, tables: [heads], journal }: Reading): Promise<CqlRow | undefined> {
  for await (const [row] of readPartition(client, heads, journal)) return row;
  return undefined;
}

function isSame(heads: Table, before: CqlRow | undefined, after: CqlRow | undefined): boolean {
  const line = (row: CqlRow | undefined) => JSON.stringify(row && lineOf(heads, row));
  return line(before) === line(after);
}

async function* some(row: CqlRow | undefined): AsyncGenerator<readonly CqlRow[]> {
  if (row) yield [row];
}

async function* snapshotRows({ client, kind, tables, journal }: Reading, head: CqlRow | undefined) {
  if (!head) return;
  for (const key of kind.snapshotOf(journal, head)) yield* readPartition(client, tables[1], key);
}

async function* logRows({ client, kind, tables, journal }: Reading, head: CqlRow | undefined) {
  let next = Math.floor(kind.startOf(head) / kind.perBucket) * kind.perBucket;
  for (let isFull = true; isFull; ) {
    const bucket = next / kind.perBucket;
    const end = next + kind.perBucket;
    for await (const rows of readPartition(client, tables[2], kind.bucketKey(journal, bucket))) {
      yield rows;
      for (const { seq } of rows) if (seq !== null) next = Number(seq) + 1;
    }
    isFull = next === end;
  }
}
