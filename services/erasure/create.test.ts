import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe } from "vitest";
import { type Channel, connect } from "../platform/grpc/client/client.ts";
import { PATIENT } from "../platform/grpc/testing/patient.ts";
import { connectRemoteBus } from "../platform/messaging/embedded/remote-bus.ts";
import { createLogger } from "../platform/telemetry/logger.ts";
import { readErasureConfig } from "./config.ts";
import { createErasureService } from "./create.ts";
import { claimsSuite } from "./testing/claims-suite.ts";
import { newsSuite } from "./testing/news-suite.ts";
import { orderSuite } from "./testing/order-suite.ts";
import { erasureServiceSuite } from "./testing/service-suite.ts";

const log = createLogger("test", "silent");

const SUITES = [erasureServiceSuite, orderSuite, newsSuite, claimsSuite];

describe.each(SUITES)("the erasure service, embedded: %o", (suite) =>
  suite(async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "tidings-erasure-"));
    const channels: Channel[] = [];
    const own = {
      TIDINGS_DATA_DIR: dataDir,
      TIDINGS_ERASURE_PORT: "0",
      TIDINGS_ERASURE_METRICS_PORT: "0",
    };
    return {
      start: (env, overrides) =>
        createErasureService(readErasureConfig({ ...own, ...env }), { log, ...overrides }),
      connectBus: async ({ address }) => {
        const channel = connect(address, PATIENT);
        channels.push(channel);
        return connectRemoteBus([{ channel, topics: ["erasures"] }], { log });
      },
      remove: async () => {
        for (const channel of channels) channel.close();
        await rm(dataDir, { recursive: true });
      },
    };
  }),
);
