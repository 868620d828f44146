import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe } from "vitest";
import { createLogger } from "../platform/telemetry/logger.ts";
import { readEngagementConfig } from "./config.ts";
import { createEngagementService } from "./create.ts";
import { engagementServiceSuite } from "./testing/service-suite.ts";

const log = createLogger("test", "silent");

describe("the engagement service, embedded", () =>
  engagementServiceSuite(async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "tidings-engagement-"));
    const config = readEngagementConfig({
      TIDINGS_DATA_DIR: dataDir,
      TIDINGS_ENGAGEMENT_PORT: "0",
      TIDINGS_ENGAGEMENT_METRICS_PORT: "0",
    });
    return {
      start: (overrides) => createEngagementService(config, { log, ...overrides }),
      remove: () => rm(dataDir, { recursive: true }),
    };
  }));
