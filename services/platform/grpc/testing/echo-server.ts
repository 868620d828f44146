import { createLogger } from "../../telemetry/logger.ts";
import { createMetrics, type Metrics } from "../../telemetry/metrics.ts";
import type { Client, Handlers } from "../call.ts";
import { type Channel, type ConnectOptions, connect, createClient } from "../client/client.ts";
import {
  type GrpcServer,
  type GrpcServerOptions,
  implement,
  startGrpcServer,
} from "../server/server.ts";
import { EchoService } from "./echo-service.ts";
import { PATIENT } from "./patient.ts";

type EchoHandlers = Handlers<typeof EchoService>;

export interface Echo extends AsyncDisposable {
  readonly server: GrpcServer;
  readonly channel: Channel;
  readonly client: Client<typeof EchoService>;
  readonly metrics: Metrics;
}

const ECHO: EchoHandlers = {
  say: (note) => note,
  tell: (note) => note,
  repeat: async function* (note) {
    yield note;
  },
  chat: (notes) => notes,
};

export interface EchoOptions {
  readonly server?: Partial<GrpcServerOptions>;
  readonly client?: Partial<ConnectOptions>;
}

/** A server on a free port and a client of it; handlers echo unless given. */
export async function startEcho(
  handlers: Partial<EchoHandlers> = {},
  options: EchoOptions = {},
): Promise<Echo> {
  const log = createLogger("test", "silent");
  const metrics = createMetrics("test");
  const server = await startGrpcServer(
    {
      host: "127.0.0.1",
      port: 0,
      log,
      metrics,
      defaultDeadlineMs: 60_000,
      drainMs: 1_000,
      ...options.server,
    },
    [implement(EchoService, { ...ECHO, ...handlers })],
  );
  const channel = connect(server.address, {
    ...PATIENT,
    metrics,
    retry: "none",
    ...options.client,
  });
  return {
    server,
    channel,
    client: createClient(EchoService, channel),
    metrics,
    async [Symbol.asyncDispose]() {
      channel.close();
      await server.drain();
    },
  };
}
