import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe } from "vitest";
import {
  cqlPulledRows,
  PULLED_TABLES,
} from "../../../services/friend/adapters/cql/cql-pulled-rows.ts";
import { lmdbPulledRows } from "../../../services/friend/adapters/lmdb/lmdb-pulled-rows.ts";
import { present } from "../../../services/model/invariant.ts";
import { migrate } from "../../../services/platform/storage/cql/migrate.ts";
import { openLmdb } from "../../../services/platform/storage/lmdb/open.ts";
import { cqlTitle, freshKeyspace, runningCql } from "../../support/engines/cql-keyspace.ts";
import { pulledRowsContract } from "./pulled-rows.contract.ts";

const address = await runningCql();

describe("pulled intervals, LMDB", () =>
  pulledRowsContract(async () => {
    const folder = await mkdtemp(join(tmpdir(), "tidings-pulled-"));
    const lmdb = openLmdb(folder);
    const rows = lmdbPulledRows(lmdb);
    return {
      process: () => rows,
      close: async () => {
        await lmdb.close();
        await rm(folder, { recursive: true });
      },
    };
  }));

describe.skipIf(!address)(cqlTitle("pulled intervals", address), () =>
  pulledRowsContract(async () => {
    const { cql, drop } = await freshKeyspace(present(address));
    await migrate(cql, PULLED_TABLES);
    return { process: () => cqlPulledRows(cql), close: drop };
  }),
);
