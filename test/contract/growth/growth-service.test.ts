import { describe } from "vitest";
import { readGrowthConfig } from "../../../services/growth/config.ts";
import { createGrowthService } from "../../../services/growth/create.ts";
import { eventIdsSuite } from "../../../services/growth/testing/event-ids-suite.ts";
import { forgettingSuite } from "../../../services/growth/testing/forgetting-suite.ts";
import { parallelSuite } from "../../../services/growth/testing/parallel-suite.ts";
import { growthServiceSuite } from "../../../services/growth/testing/service-suite.ts";
import { present } from "../../../services/model/invariant.ts";
import { createLogger } from "../../../services/platform/telemetry/logger.ts";
import { cqlTitle, freshKeyspace, runningCql } from "../../support/engines/cql-keyspace.ts";

const log = createLogger("test", "silent");
const address = await runningCql();

const SUITES = [growthServiceSuite, forgettingSuite, eventIdsSuite, parallelSuite];

describe.skipIf(!address)(cqlTitle("the growth service", address), () =>
  describe.each(SUITES)("%o", (suite) =>
    suite(async () => {
      const { contactPoints, localDc } = present(address);
      const { cql, drop } = await freshKeyspace({ contactPoints, localDc });
      const config = readGrowthConfig({
        TIDINGS_ENGINE: "cql",
        TIDINGS_CQL_CONTACT_POINTS: contactPoints.join(","),
        TIDINGS_CQL_LOCAL_DC: localDc,
        TIDINGS_CQL_KEYSPACE: cql.keyspace,
        TIDINGS_GROWTH_PORT: "0",
        TIDINGS_GROWTH_METRICS_PORT: "0",
        TIDINGS_GROWTH_MAX_USERS: "10000",
      });
      return { start: (clock) => createGrowthService(config, { log, clock }), remove: drop };
    }),
  ),
);
