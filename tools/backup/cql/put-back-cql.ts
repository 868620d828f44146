import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import type { Client } from "cassandra-driver";
import { migrate } from "../../../services/platform/storage/cql/migrate.ts";
import type { Cql } from "../../../services/platform/storage/cql/session.ts";
import { redoCql } from "../erasures/cql-people.ts";
import type { OnProgress } from "../progress.ts";
import type { Repository } from "../repository/repository.ts";
import { readFileBack, type StoredFile } from "../repository/stored-file.ts";
import { putKeysBack } from "./keys.ts";
import { DEFINITIONS } from "./tables.ts";
import { writeRange } from "./write-table.ts";

export interface PutBackCql {
  readonly client: Client;
  readonly cql: Cql;
  /** Where keys and certificates go. */
  readonly dataDir: string;
  readonly repository: Repository;
  readonly files: readonly StoredFile[];
  readonly momentMs: number;
  readonly nowMs: number;
  readonly onProgress: OnProgress;
}

/**
 * Fills a keyspace that has no tables yet. It is verified first, since rows that are written can't be taken back
 * by a rename. Gives how many erasures are to be done once more.
 */
export async function putBackCql(options: PutBackCql): Promise<number> {
  const { client, cql, dataDir, repository, files, momentMs, nowMs, onProgress } = options;
  await refuseWhatIsThere(cql);
  for (const file of files) for await (const _ of readFileBack(repository.blocks, file));
  const { keys = [], rows = [] } = Object.groupBy(files, ({ path }) =>
    path.startsWith("cql/") ? "rows" : "keys",
  );
  await putKeysBack(dataDir, repository, keys);
  const byTable = Map.groupBy(rows, ({ path }) => path.split("/")[1]);
  await migrate(
    cql,
    DEFINITIONS.filter(({ table }) => byTable.has(table)),
  );
  for (const [table, ranges] of byTable) {
    let bytes = 0;
    for (const range of ranges) {
      const content = Readable.from(readFileBack(repository.blocks, range));
      await writeRange(client, table, createInterface({ input: content }), nowMs);
      bytes += range.bytes;
    }
    onProgress({ part: table, bytes });
  }
  return redoCql(cql, momentMs, nowMs);
}

const TABLES = "SELECT table_name FROM system_schema.tables WHERE keyspace_name = ? LIMIT 1";

async function refuseWhatIsThere(cql: Cql): Promise<void> {
  const [table] = await cql.run(TABLES, [cql.keyspace]);
  if (!table) return;
  throw new Error(
    `the keyspace ${cql.keyspace} has tables already (${table.table_name}, ...), and a restore makes one ` +
      "state of one moment: drop it, or set TIDINGS_CQL_KEYSPACE to another",
  );
}
