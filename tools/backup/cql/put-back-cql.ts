import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import type { Client } from "cassandra-driver";
import type { Cql } from "../../../services/platform/storage/cql/session.ts";
import { redoCql } from "../erasures/cql-people.ts";
import type { Redone } from "../erasures/redo.ts";
import type { OnProgress } from "../progress.ts";
import type { Repository } from "../repository/repository.ts";
import { readFileBack, type StoredFile } from "../repository/stored-file.ts";
import { fillKeyspace } from "./fill-keyspace.ts";
import { putKeysBack } from "./keys.ts";
import { isMadeAgain } from "./tables.ts";

/** Erasures have the time of the clock of whoever runs them: so far from ours, at most. */
const CLOCKS_APART_MS = 5_000;

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
 * by a rename. Gives what becomes of erasures.
 */
export async function putBackCql(options: PutBackCql): Promise<Redone> {
  const { cql, dataDir, repository, files, momentMs, nowMs, onProgress } = options;
  await refuseWhatIsThere(cql);
  for (const file of files) for await (const _ of readFileBack(repository.blocks, file));
  const { keys = [], rows = [] } = Object.groupBy(files, ({ path }) =>
    path.startsWith("cql/") ? "rows" : "keys",
  );
  await putKeysBack(dataDir, repository, keys);
  // Earlier versions copied what is made again.
  const copied = rows.filter(({ path }) => !isMadeAgain(path));
  const byTable = Map.groupBy(copied, ({ path }) => path.split("/")[1]);
  const linesOf = (file: StoredFile) =>
    createInterface({ input: Readable.from(readFileBack(repository.blocks, file)) });
  await fillKeyspace({ ...options, byTable, linesOf, onFilled: onProgress });
  return redoCql(cql, momentMs - CLOCKS_APART_MS, nowMs);
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
