import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe } from "vitest";
import { createLogger } from "../platform/telemetry/logger.ts";
import { readGrowthConfig } from "./config.ts";
import { createGrowthService } from "./create.ts";
import { eventIdsSuite } from "./testing/event-ids-suite.ts";
import { forgettingSuite } from "./testing/forgetting-suite.ts";
import { parallelSuite } from "./testing/parallel-suite.ts";
import { growthServiceSuite } from "./testing/service-suite.ts";

const log = createLogger("test", "silent");

const SUITES = [growthServiceSuite, forgettingSuite, eventIdsSuite, parallelSuite];

describe.each(SUITES)("the growth service, embedded: %o", (suite) =>
  suite(async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "tidings-growth-"));
    const env = {
      TIDINGS_GROWTH_PORT: "0",
      TIDINGS_GROWTH_METRICS_PORT: "0",
      TIDINGS_DATA_DIR: dataDir,
      TIDINGS_GROWTH_MAX_USERS: "10000",
    };
    return {
      start: (clock) => createGrowthService(readGrowthConfig(env), { log, clock }),
      remove: () => rm(dataDir, { recursive: true }),
    };
  }),
);
