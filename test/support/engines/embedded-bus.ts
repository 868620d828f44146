import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Channel, connect } from "../../../services/platform/grpc/client/client.ts";
import { type GrpcServer, startGrpcServer } from "../../../services/platform/grpc/server/server.ts";
import { PATIENT } from "../../../services/platform/grpc/testing/patient.ts";
import type { EventBus } from "../../../services/platform/messaging/bus.ts";
import { eventService } from "../../../services/platform/messaging/embedded/event-service.ts";
import type { LocalBus } from "../../../services/platform/messaging/embedded/local-bus.ts";
import { openLocalBus } from "../../../services/platform/messaging/embedded/open-local-bus.ts";
import { connectRemoteBus } from "../../../services/platform/messaging/embedded/remote-bus.ts";
import { WORK_QUEUES } from "../../../services/platform/messaging/topics.ts";
import { type Lmdb, openLmdb } from "../../../services/platform/storage/lmdb/open.ts";
import { createLogger } from "../../../services/platform/telemetry/logger.ts";
import { createMetrics } from "../../../services/platform/telemetry/metrics.ts";
import { startTcpProxy, type TcpProxy } from "../../../tools/chaos/tcp-proxy.ts";
import type { BusFixture } from "../../contract/bus/event-bus.fixture.ts";

const SHAPE = { topics: ["posts"], queues: WORK_QUEUES } as const;
const log = createLogger("test", "silent");

/** An environment in a folder of its own with a local bus in it; `reopen` as after the end of its process. */
export class LocalEngine {
  readonly #folder: string;
  #lmdb: Lmdb;
  bus: LocalBus;

  private constructor(folder: string) {
    this.#folder = folder;
    this.#lmdb = openLmdb(folder);
    this.bus = openLocalBus(this.#lmdb, SHAPE, { log });
  }

  static async create(): Promise<LocalEngine> {
    return new LocalEngine(await mkdtemp(join(tmpdir(), "tidings-bus-")));
  }

  /** Nothing in hand is settled. */
  async reopen(): Promise<void> {
    await this.#lmdb.close();
    this.#lmdb = openLmdb(this.#folder);
    this.bus = openLocalBus(this.#lmdb, SHAPE, { log });
  }

  async close(): Promise<void> {
    await this.#lmdb.close();
    await rm(this.#folder, { recursive: true });
  }
}

/** The bus as the process has it that owns the queues. */
export async function localBusFixture(): Promise<BusFixture> {
  const engine = await LocalEngine.create();
  return {
    connect: async () => engine.bus,
    kill: () => engine.reopen(),
    restart: () => engine.reopen(),
    close: () => engine.close(),
  };
}

/** The bus over gRPC: a real server, started again on the same port. */
export async function remoteBusFixture(): Promise<BusFixture> {
  const engine = await LocalEngine.create();
  let server = await serve(engine.bus, 0);
  const connections = new Map<EventBus, { channel: Channel; proxy: TcpProxy }>();
  return {
    connect: async () => {
      const proxy = await startTcpProxy(() => server.port);
      const channel = connect(proxy.address, PATIENT);
      const bus = connectRemoteBus([{ channel, ...SHAPE }], { log });
      connections.set(bus, { channel, proxy });
      return bus;
    },
    kill: async (bus) => connections.get(bus)?.proxy.cut(),
    restart: async () => {
      await server.drain();
      await engine.reopen();
      server = await serve(engine.bus, server.port);
    },
    close: async () => {
      await Promise.all([...connections.keys()].map((bus) => bus.close()));
      for (const { channel, proxy } of connections.values()) {
        channel.close();
        proxy.cut();
      }
      await server.drain();
      await engine.close();
    },
  };
}

function serve(bus: LocalBus, port: number): Promise<GrpcServer> {
  const limits = { defaultDeadlineMs: 5_000, drainMs: 200 };
  const options = { host: "127.0.0.1", port, log, metrics: createMetrics("test"), ...limits };
  return startGrpcServer(options, [eventService(bus)]);
}
