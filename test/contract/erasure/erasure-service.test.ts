import { randomBytes } from "node:crypto";
import { describe } from "vitest";
import { readErasureConfig } from "../../../services/erasure/config.ts";
import { createErasureService } from "../../../services/erasure/create.ts";
import { erasureServiceSuite } from "../../../services/erasure/testing/service-suite.ts";
import { present } from "../../../services/model/invariant.ts";
import { connectCql } from "../../../services/platform/storage/cql/session.ts";
import { createLogger } from "../../../services/platform/telemetry/logger.ts";
import { cqlTitle, runningCql } from "../../support/engines/cql-keyspace.ts";

const log = createLogger("test", "silent");
const address = await runningCql();

describe.skipIf(!address)(cqlTitle("the erasure service", address), () =>
  erasureServiceSuite(async () => {
    const { contactPoints, localDc } = present(address);
    const own = {
      TIDINGS_ENGINE: "cql",
      TIDINGS_CQL_CONTACT_POINTS: contactPoints.join(","),
      TIDINGS_CQL_LOCAL_DC: localDc,
      TIDINGS_CQL_KEYSPACE: `test_${randomBytes(6).toString("hex")}`,
      TIDINGS_ERASURE_PORT: "0",
      TIDINGS_ERASURE_METRICS_PORT: "0",
    };
    const config = readErasureConfig(own);
    return {
      start: (env, overrides) =>
        createErasureService(readErasureConfig({ ...own, ...env }), { log, ...overrides }),
      remove: async () => {
        const cql = await connectCql({ ...config, service: "test" }, log);
        await cql.define(`DROP KEYSPACE ${config.cqlKeyspace}`);
        await cql.close();
      },
    };
  }),
);
