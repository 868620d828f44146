import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe } from "vitest";
import { connectRemoteBus } from "../platform/messaging/embedded/remote-bus.ts";
import { createLogger } from "../platform/telemetry/logger.ts";
import { readPostConfig } from "./config.ts";
import { createPostService } from "./create.ts";
import { postServiceSuite } from "./testing/service-suite.ts";

const log = createLogger("test", "silent");

describe("the post service, embedded", () =>
  postServiceSuite(async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "tidings-post-"));
    const own = {
      TIDINGS_POST_PORT: "0",
      TIDINGS_POST_METRICS_PORT: "0",
      TIDINGS_DATA_DIR: dataDir,
    };
    return {
      start: (env) => createPostService(readPostConfig({ ...own, ...env }), { log }),
      connectBus: async (channel) => connectRemoteBus([{ channel, topics: ["posts"] }], { log }),
      remove: () => rm(dataDir, { recursive: true }),
    };
  }));
