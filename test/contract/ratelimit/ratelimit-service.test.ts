import { randomBytes } from "node:crypto";
import { describe } from "vitest";
import { connectCql } from "../../../services/platform/storage/cql/session.ts";
import { createLogger } from "../../../services/platform/telemetry/logger.ts";
import { readRateLimitConfig } from "../../../services/ratelimit/config.ts";
import { createRateLimitService } from "../../../services/ratelimit/create.ts";
import { callersSuite } from "../../../services/ratelimit/testing/callers-suite.ts";
import { rateLimitServiceSuite } from "../../../services/ratelimit/testing/service-suite.ts";
import { cqlTitle, runningCql } from "../../support/engines/cql-keyspace.ts";

const log = createLogger("test", "silent");
const address = await runningCql();

const SUITES = [rateLimitServiceSuite, callersSuite];

describe.skipIf(!address)(cqlTitle("the rate limit service", address), () =>
  describe.each(SUITES)("%o", (suite) =>
    suite(async () => {
      const config = readRateLimitConfig({
        TIDINGS_ENGINE: "cql",
        TIDINGS_CQL_CONTACT_POINTS: address?.contactPoints.join(","),
        TIDINGS_CQL_LOCAL_DC: address?.localDc,
        TIDINGS_CQL_KEYSPACE: `test_${randomBytes(5).toString("hex")}`,
        TIDINGS_RATELIMIT_PORT: "0",
        TIDINGS_RATELIMIT_METRICS_PORT: "0",
      });
      return {
        start: () => createRateLimitService(config, { log }),
        remove: async () => {
          const cql = await connectCql({ ...config, service: "test" }, log);
          await cql.define(`DROP KEYSPACE ${config.cqlKeyspace}`);
          await cql.close();
        },
      };
    }),
  ),
);
