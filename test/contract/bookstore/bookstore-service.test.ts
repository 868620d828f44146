import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe } from "vitest";
import { readBookstoreConfig } from "../../../services/bookstore/config.ts";
import { createBookstoreService } from "../../../services/bookstore/create.ts";
import { buyingSuite } from "../../../services/bookstore/testing/buying-suite.ts";
import { goneSuite } from "../../../services/bookstore/testing/gone-suite.ts";
import { keepingSuite } from "../../../services/bookstore/testing/keeping-suite.ts";
import { present } from "../../../services/model/invariant.ts";
import { connectCql } from "../../../services/platform/storage/cql/session.ts";
import { createLogger } from "../../../services/platform/telemetry/logger.ts";
import { cqlTitle, runningCql } from "../../support/engines/cql-keyspace.ts";

const log = createLogger("test", "silent");
const address = await runningCql();
const PORTS = { TIDINGS_BOOKSTORE_PORT: "0", TIDINGS_BOOKSTORE_METRICS_PORT: "0" };

describe.each([
  ["buying", buyingSuite],
  ["keeping", keepingSuite],
  ["buyers who go", goneSuite],
])("the bookstore on an embedded journal: %s", (_, suite) =>
  suite(async () => {
    const folder = await mkdtemp(join(tmpdir(), "tidings-bookstore-"));
    const own = { ...PORTS, TIDINGS_ENGINE: "embedded", TIDINGS_DATA_DIR: folder };
    return {
      start: (env) => createBookstoreService(readBookstoreConfig({ ...own, ...env }), { log }),
      remove: () => rm(folder, { recursive: true }),
    };
  }),
);

describe.skipIf(!address).each([
  ["buying", buyingSuite],
  ["keeping", keepingSuite],
  ["buyers who go", goneSuite],
])(cqlTitle("the bookstore: %s", address), (_, suite) =>
  suite(async () => {
    const { contactPoints, localDc } = present(address);
    const own = {
      ...PORTS,
      TIDINGS_ENGINE: "cql",
      TIDINGS_CQL_CONTACT_POINTS: contactPoints.join(","),
      TIDINGS_CQL_LOCAL_DC: localDc,
      TIDINGS_CQL_KEYSPACE: `test_${randomBytes(5).toString("hex")}`,
    };
    const config = readBookstoreConfig(own);
    return {
      start: (env) => createBookstoreService(readBookstoreConfig({ ...own, ...env }), { log }),
      remove: async () => {
        const cql = await connectCql({ ...config, service: "test" }, log);
        await cql.define(`DROP KEYSPACE ${config.cqlKeyspace}`);
        await cql.close();
      },
    };
  }),
);
