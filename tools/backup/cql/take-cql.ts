import type { Client } from "cassandra-driver";
import type { OnProgress } from "../progress.ts";
import type { Blocks } from "../repository/blocks.ts";
import { type Stored, type StoredFile, storeFile } from "../repository/stored-file.ts";
import { readTables, type Table } from "./columns.ts";
import { JOURNALS } from "./journals.ts";
import { asLines, RANGES, readRange } from "./read-table.ts";
import { holdsAny, OF_ONE_MOMENT, TABLES, unknownTables } from "./tables.ts";
import { takeJournals } from "./take-journal.ts";

const TRIES = 5;

/** Copies what a mesh has in its keyspace while it serves, row by row, with the time and the life of each cell. */
export async function takeCql(
  client: Client,
  { blocks }: { readonly blocks: Pick<Blocks, "put"> },
  onProgress: OnProgress,
): Promise<readonly StoredFile[]> {
  const present = await readTables(client);
  const files: StoredFile[] = [];
  const copied = (table: string, stored: readonly Stored[]) => {
    files.push(...stored.map(({ file }) => file));
    onProgress({ part: table, ...sums(stored) });
  };
  for (const kind of JOURNALS) {
    for (const [name, stored] of await takeJournals(client, blocks, kind, present)) {
      copied(name, stored);
    }
  }
  for (const name of TABLES) {
    const table = present.get(name);
    if (!table) continue;
    const copy = () => copyTable(client, blocks, table);
    copied(name, OF_ONE_MOMENT.has(name) ? await twiceTheSame(name, copy) : await copy());
  }
  return files;
}

/** So that nobody takes an empty keyspace for a mesh, nor leaves out a table. */
export async function refuseNoMeshIn(client: Client): Promise<void> {
  const present = await readTables(client);
  if (!holdsAny(present.keys())) throw noMeshIn(client.keyspace);
  const unknown = unknownTables(present.keys());
  if (unknown.length === 0) return;
  throw new Error(
    `the keyspace has tables that this version does not know: ${unknown.join(", ")}. Nothing is left out ` +
      "silently: use the version that made them, or remove them",
  );
}

export function noMeshIn(keyspace: string): Error {
  return new Error(
    `the keyspace ${keyspace} has nothing of a mesh: set TIDINGS_CQL_KEYSPACE to its keyspace`,
  );
}

/** Copies a table until two readings, one after the other, say the same. */
async function twiceTheSame(
  name: string,
  copy: () => Promise<readonly Stored[]>,
): Promise<readonly Stored[]> {
  let before = await copy();
  for (let tries = 1; tries <= TRIES; tries++) {
    const after = await copy();
    if (isSame(before, after)) return after;
    before = after;
  }
  throw new Error(`${name} changed ${TRIES} times while it was copied: try again`);
}

function isSame(before: readonly Stored[], after: readonly Stored[]): boolean {
  const contents = (stored: readonly Stored[]) => stored.flatMap(({ file }) => file.lists).join();
  return contents(before) === contents(after);
}

async function copyTable(
  client: Client,
  blocks: Pick<Blocks, "put">,
  table: Table,
): Promise<readonly Stored[]> {
  const stored: Stored[] = [];
  for (let range = 0; range < RANGES; range++) {
    const path = `cql/${table.name}/${String(range).padStart(2, "0")}.jsonl`;
    stored.push(await storeFile(blocks, path, asLines(table, readRange(client, table, range))));
  }
  return stored;
}

function sums(stored: readonly Stored[]) {
  return {
    bytes: stored.reduce((sum, { file }) => sum + file.bytes, 0),
    added: stored.reduce((sum, { added }) => sum + added, 0),
  };
}
