import type { Client } from "cassandra-driver";
import { migrate } from "../../../services/platform/storage/cql/migrate.ts";
import type { Cql } from "../../../services/platform/storage/cql/session.ts";
import type { OnProgress } from "../progress.ts";
import { cellsOf, type Line } from "./cells.ts";
import type { Column } from "./columns.ts";
import { completeEdges } from "./made-again/edges.ts";
import { completeOrders } from "./made-again/orders.ts";
import { rowsFor } from "./made-again/rows-for.ts";
import { DEFINITIONS, MADE_AGAIN } from "./tables.ts";
import { writeRange } from "./write-table.ts";

/** A file of a copied table. */
interface CopiedFile {
  readonly bytes: number;
}

export interface Filling<File extends CopiedFile> {
  readonly client: Client;
  readonly cql: Cql;
  readonly momentMs: number;
  readonly nowMs: number;
  readonly byTable: ReadonlyMap<string, readonly File[]>;
  linesOf(file: File): AsyncIterable<string>;
  readonly onFilled: OnProgress;
}

const GONE = "reactor_states";
const ORDERS = "bookstore_journal";

/** Makes the tables, writes their rows, and what these say in tables that are in no backup. */
export async function fillKeyspace<File extends CopiedFile>(filling: Filling<File>): Promise<void> {
  const { client, cql, nowMs, byTable, linesOf, onFilled } = filling;
  const isMade = (table: string) => byTable.has(table) || byTable.has(MADE_AGAIN[table] ?? "");
  await migrate(
    cql,
    DEFINITIONS.filter(({ table }) => isMade(table)),
  );
  const gone = await gonePeopleIn(byTable.get(GONE) ?? [], linesOf);
  for (const [table, files] of byTable) {
    const writing = { table, nowMs, rowsFor: rowsFor(table, gone) };
    let bytes = 0;
    for (const file of files) {
      await writeRange(client, linesOf(file), writing);
      bytes += file.bytes;
    }
    onFilled({ part: table, bytes });
  }
  await completeEdges(client, cql, { ...filling, tables: new Set(byTable.keys()) });
  if (byTable.has(ORDERS)) await completeOrders(cql, nowMs);
}

/** Who is visible again has a row too, for a while: with the number of the change, and nothing else. */
async function gonePeopleIn<File>(
  files: readonly File[],
  linesOf: (file: File) => AsyncIterable<string>,
): Promise<ReadonlySet<string>> {
  const keys = new Set<string>();
  for (const file of files) {
    let columns: readonly Column[] | undefined;
    for await (const line of linesOf(file)) {
      if (columns === undefined) {
        columns = JSON.parse(line) as readonly Column[];
        continue;
      }
      const { key, cells } = cellsOf(columns, JSON.parse(line) as Line);
      if (cells.has("erased")) keys.add(key[0] as string);
    }
  }
  return keys;
}
