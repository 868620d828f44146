import { describe } from "vitest";
import { readGrowthConfig } from "../../services/growth/config.ts";
import { createGrowthService } from "../../services/growth/create.ts";
import { growthServiceSuite } from "../../services/growth/testing/service-suite.ts";
import { connectCql } from "../../services/platform/storage/cql/session.ts";
import { createLogger } from "../../services/platform/telemetry/logger.ts";
import { engineSets } from "../support/engine-sets.ts";

const log = createLogger("test", "silent");
const [, real] = await engineSets();

describe.skipIf(!real.env)("the growth service on CQL", () =>
  growthServiceSuite(async () => {
    const [, { env: engine }] = await engineSets();
    const own = {
      ...engine,
      TIDINGS_GROWTH_PORT: "0",
      TIDINGS_GROWTH_METRICS_PORT: "0",
      TIDINGS_GROWTH_MAX_USERS: "10000",
    };
    const config = readGrowthConfig(own);
    return {
      start: (clock) => createGrowthService(config, { log, clock }),
      remove: async () => {
        const cql = await connectCql(config, log);
        await cql.define(`DROP KEYSPACE ${config.cqlKeyspace}`);
        await cql.close();
      },
    };
  }),
);
