import { Client, credentials, Metadata, type ServiceError } from "@grpc/grpc-js";
import {
  type Call,
  type Done,
  type Driver,
  type MicroClock,
  monotonicClock,
  type Target,
} from "../driver.ts";
import { type Line, LinePool } from "../line-pool.ts";

export interface GrpcDriverOptions {
  /** To each address. */
  readonly connections: number;
  /** In flight on one connection; grpc-js would queue more than the server allows without telling. */
  readonly streamsPerConnection?: number;
  /** How long the target may take to accept connections, ms. */
  readonly connectMs?: number;
  readonly clock?: MicroClock;
}

const DEFAULT_STREAMS = 100;
const DEFAULT_CONNECT_MS = 5_000;
const UNAVAILABLE = 14;

/** Each client has a connection of its own, and no call is sent twice. */
const CHANNEL_OPTIONS = {
  "grpc.use_local_subchannel_pool": 1,
  "grpc.enable_retries": 0,
  "grpc.max_receive_message_length": -1,
  "grpc.initial_reconnect_backoff_ms": 100,
  "grpc.max_reconnect_backoff_ms": 1_000,
};

/**
 * Sends by the grpc-js client, as the mesh's own services do. It does not tell when a frame is written:
 * a call counts as written when it is handed over, and the client's own work is in its service time.
 */
export async function openGrpcDriver(
  targets: readonly Target[],
  options: GrpcDriverOptions,
): Promise<Driver> {
  const { connections, streamsPerConnection = DEFAULT_STREAMS, clock = monotonicClock } = options;
  const pools = new Map<string, LinePool>();
  const clients: Client[] = [];
  const poolOf = (addresses: readonly string[]) => {
    const room = () => pool.roomMade();
    const lines = Array.from({ length: connections }, () => addresses)
      .flat()
      .map((address) => {
        const client = new Client(address, credentials.createInsecure(), CHANNEL_OPTIONS);
        clients.push(client);
        return new GrpcLine(client, targets, streamsPerConnection, clock, room);
      });
    const pool = new LinePool(lines, clock);
    pools.set(addresses.join(), pool);
    return pool;
  };
  const byOperation = targets.map(
    ({ addresses }) => pools.get(addresses.join()) ?? poolOf(addresses),
  );
  const close = () => {
    for (const client of clients) client.close();
  };
  try {
    await Promise.all(
      clients.map((client) => ready(client, options.connectMs ?? DEFAULT_CONNECT_MS)),
    );
  } catch (error) {
    close();
    throw error;
  }
  return {
    name: "grpc-js",
    capacity: clients.length * streamsPerConnection,
    send: (call, done) => byOperation[call.operation]!.send(call, done),
    cancel: (call) => byOperation[call.operation]!.cancel(call),
    close,
  };
}

function ready(client: Client, connectMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    client.waitForReady(Date.now() + connectMs, (error) => {
      if (!error) return resolve();
      const target = client.getChannel().getTarget().replace(/^dns:/, "");
      reject(new Error(`No answer from ${target}: is the target running? (${error.message})`));
    });
  });
}

class GrpcLine implements Line {
  readonly #client: Client;
  readonly #targets: readonly { path: string; timeoutMs: number; metadata: Metadata }[];
  readonly #streams: number;
  readonly #clock: MicroClock;
  readonly #onRoom: () => void;
  #inFlight = 0;

  constructor(
    client: Client,
    targets: readonly Target[],
    streams: number,
    clock: MicroClock,
    onRoom: () => void,
  ) {
    this.#client = client;
    this.#targets = targets.map(({ path, timeoutMs, headers = {} }) => {
      const metadata = new Metadata();
      for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
      return { path, timeoutMs, metadata };
    });
    this.#streams = streams;
    this.#clock = clock;
    this.#onRoom = onRoom;
  }

  tryWrite(call: Call, done: Done): (() => void) | "slot" {
    if (this.#inFlight >= this.#streams) return "slot";
    this.#inFlight++;
    const { path, timeoutMs, metadata } = this.#targets[call.operation]!;
    call.writtenMicros = this.#clock.nowMicros();
    let cancelled = false;
    const answered = (error: ServiceError | null, message?: Uint8Array) => {
      this.#inFlight--;
      if (!cancelled) done(error ? (error.code ?? UNAVAILABLE) : 0, message);
      this.#onRoom();
    };
    const request = this.#client.makeUnaryRequest(
      path,
      asBuffer,
      asIs,
      call.message,
      metadata,
      { deadline: Date.now() + timeoutMs },
      answered,
    );
    return () => {
      cancelled = true;
      request.cancel();
    };
  }
}

function asBuffer(message: Uint8Array): Buffer {
  return Buffer.from(message.buffer, message.byteOffset, message.byteLength);
}

function asIs(message: Buffer): Uint8Array {
  return message;
}
