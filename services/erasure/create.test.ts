import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe } from "vitest";
import { createLogger } from "../platform/telemetry/logger.ts";
import { readErasureConfig } from "./config.ts";
import { createErasureService } from "./create.ts";
import { erasureServiceSuite } from "./testing/service-suite.ts";

const log = createLogger("test", "silent");

describe("the erasure service, embedded", () =>
  erasureServiceSuite(async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "tidings-erasure-"));
    const own = {
      TIDINGS_DATA_DIR: dataDir,
      TIDINGS_ERASURE_PORT: "0",
      TIDINGS_ERASURE_METRICS_PORT: "0",
    };
    return {
      start: (env, overrides) =>
        createErasureService(readErasureConfig({ ...own, ...env }), { log, ...overrides }),
      remove: () => rm(dataDir, { recursive: true }),
    };
  }));
