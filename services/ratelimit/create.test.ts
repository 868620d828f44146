import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe } from "vitest";
import { createLogger } from "../platform/telemetry/logger.ts";
import { readRateLimitConfig } from "./config.ts";
import { createRateLimitService } from "./create.ts";
import { callersSuite } from "./testing/callers-suite.ts";
import { rateLimitServiceSuite } from "./testing/service-suite.ts";

const log = createLogger("test", "silent");

const SUITES = [rateLimitServiceSuite, callersSuite];

describe.each(SUITES)("the rate limit service, embedded: %o", (suite) =>
  suite(async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "tidings-ratelimit-"));
    const config = readRateLimitConfig({
      TIDINGS_RATELIMIT_PORT: "0",
      TIDINGS_RATELIMIT_METRICS_PORT: "0",
      TIDINGS_DATA_DIR: dataDir,
    });
    return {
      start: () => createRateLimitService(config, { log }),
      remove: () => rm(dataDir, { recursive: true }),
    };
  }),
);
