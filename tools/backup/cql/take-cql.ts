import { setTimeout as delay } from "node:timers/promises";
import type { Client } from "cassandra-driver";
import type { OnProgress } from "../progress.ts";
import type { Repository } from "../repository/repository.ts";
import { type Stored, type StoredFile, storeFile } from "../repository/stored-file.ts";
import { readTables, type Table } from "./columns.ts";
import { RANGES, readRange } from "./read-table.ts";
import { SETS, type TableSet, unknownTables } from "./tables.ts";

/** How far apart clocks of the nodes may be: what is acknowledged before the moment is written by then. */
const CLOCKS_APART_MS = 500;
const ALL = 2n ** 63n - 1n;
const US_PER_MS = 1_000n;
const TRIES = 5;

/** Copies what a mesh has in its keyspace while it serves, row by row, with the time and the life of each cell. */
export async function takeCql(
  client: Client,
  repository: Repository,
  momentMs: number,
  onProgress: OnProgress,
): Promise<readonly StoredFile[]> {
  const present = await readTables(client);
  // Whoever reads a journal after this misses nothing that is written before its end.
  await delay(2 * CLOCKS_APART_MS);
  const journalByUs = BigInt(momentMs + CLOCKS_APART_MS) * US_PER_MS;
  const files: StoredFile[] = [];
  for (const set of SETS) {
    const writtenByUs = set.isJournal ? journalByUs : ALL;
    const copy = async (name: string | undefined) => {
      const table = name === undefined ? undefined : present.get(name);
      return table ? await copyTable(client, repository, table, writtenByUs) : [];
    };
    for (const { table, stored } of await copySet(set, copy)) {
      if (stored.length === 0) continue;
      files.push(...stored.map(({ file }) => file));
      onProgress({ part: table, ...sums(stored) });
    }
  }
  return files;
}

/** So that nobody takes an empty keyspace for a mesh, nor leaves out a table. */
export async function refuseNoMeshIn(client: Client): Promise<void> {
  const present = await readTables(client);
  if (!present.has("posts")) throw noMeshIn(client.keyspace);
  const unknown = unknownTables(present.keys());
  if (unknown.length === 0) return;
  throw new Error(
    `the keyspace has tables that this version does not know: ${unknown.join(", ")}. Nothing is left out ` +
      "silently: use the version that made them, or remove them",
  );
}

export function noMeshIn(keyspace: string): Error {
  return new Error(
    `the keyspace ${keyspace} has no posts of a mesh: set TIDINGS_CQL_KEYSPACE to its keyspace`,
  );
}

interface Copied {
  readonly table: string;
  readonly stored: readonly Stored[];
}

/** Again, while what leads to the others has changed meanwhile. */
async function copySet(
  { tables, head }: TableSet,
  copy: (name: string | undefined) => Promise<readonly Stored[]>,
): Promise<readonly Copied[]> {
  for (let tries = 1; tries <= TRIES; tries++) {
    const first = await copy(head);
    const copied: Copied[] = head === undefined ? [] : [{ table: head, stored: first }];
    for (const table of tables) copied.push({ table, stored: await copy(table) });
    if (isSame(first, await copy(head))) return copied;
  }
  throw new Error(`${head} changed ${TRIES} times while it was copied: try again`);
}

function isSame(before: readonly Stored[], after: readonly Stored[]): boolean {
  const contents = (stored: readonly Stored[]) => stored.flatMap(({ file }) => file.lists).join();
  return contents(before) === contents(after);
}

async function copyTable(
  client: Client,
  { blocks }: Repository,
  table: Table,
  writtenByUs: bigint,
): Promise<readonly Stored[]> {
  const stored: Stored[] = [];
  for (let range = 0; range < RANGES; range++) {
    const path = `cql/${table.name}/${String(range).padStart(2, "0")}.jsonl`;
    stored.push(await storeFile(blocks, path, readRange(client, table, range, writtenByUs)));
  }
  return stored;
}

function sums(stored: readonly Stored[]) {
  return {
    bytes: stored.reduce((sum, { file }) => sum + file.bytes, 0),
    added: stored.reduce((sum, { added }) => sum + added, 0),
  };
}
