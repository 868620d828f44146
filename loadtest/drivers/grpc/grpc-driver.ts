import {
  type ChannelCredentials,
  Client,
  credentials,
  Metadata,
  type ServiceError,
} from "@grpc/grpc-js";
import { present } from "../../../services/model/invariant.ts";
import type { Call, Done, Driver, MicroClock, Target, Targets } from "../driver.ts";
import {
  DEFAULT_CONNECT_MS,
  type DriverLine,
  type DriverOptions,
  openPooledDriver,
} from "../pooled-driver.ts";
import { UNSEEN } from "../sent-again.ts";

export interface GrpcDriverOptions extends DriverOptions {
  /** In flight on one connection; grpc-js would queue more than the server allows without telling. */
  readonly streamsPerConnection?: number;
  /** Without TLS by default. */
  readonly credentials?: ChannelCredentials;
  readonly channelOptions?: Readonly<Record<string, string | number>>;
}

const DEFAULT_STREAMS = 100;
const UNAVAILABLE = 14;

/** Each client has a connection of its own, and what is sent again is told: see sent-again.ts. */
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
export function openGrpcDriver(targets: Targets, options: GrpcDriverOptions): Promise<Driver> {
  const { streamsPerConnection = DEFAULT_STREAMS, connectMs = DEFAULT_CONNECT_MS } = options;
  const methods = targets.map((target) => target && methodOf(target));
  return openPooledDriver({
    name: "grpc-js",
    targets,
    options,
    callsPerLine: streamsPerConnection,
    lineTo: (address, clock, onRoom) => {
      const { credentials: given = credentials.createInsecure(), channelOptions } = options;
      const client = new Client(address, given, { ...CHANNEL_OPTIONS, ...channelOptions });
      return new GrpcLine(client, { methods, streamsPerConnection, connectMs, clock, onRoom });
    },
  });
}

interface Method {
  readonly path: string;
  readonly timeoutMs: number;
  readonly metadata: Metadata;
}

function methodOf({ path, timeoutMs, headers = {} }: Target): Method {
  return { path, timeoutMs, metadata: metadataOf(headers) };
}

function metadataOf(headers: Readonly<Record<string, string | Buffer>>): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  return metadata;
}

interface GrpcLineOptions {
  readonly methods: readonly (Method | undefined)[];
  readonly streamsPerConnection: number;
  readonly connectMs: number;
  readonly clock: MicroClock;
  readonly onRoom: () => void;
}

class GrpcLine implements DriverLine {
  readonly #client: Client;
  readonly #options: GrpcLineOptions;
  #inFlight = 0;

  constructor(client: Client, options: GrpcLineOptions) {
    this.#client = client;
    this.#options = options;
  }

  open(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#client.waitForReady(Date.now() + this.#options.connectMs, (error) =>
        error ? reject(error) : resolve(),
      );
    });
  }

  tryWrite(call: Call, done: Done): (() => void) | "slot" {
    const { methods, streamsPerConnection, clock, onRoom } = this.#options;
    if (this.#inFlight >= streamsPerConnection) return "slot";
    this.#inFlight++;
    const { path, timeoutMs, metadata: fixed } = present(methods[call.operation]);
    const own = call.parts?.headers;
    const metadata = own ? metadataOf({ ...fixed.getMap(), ...own }) : fixed;
    call.writtenMicros = clock.nowMicros();
    let cancelled = false;
    const answered = (error: ServiceError | null, message?: Uint8Array) => {
      this.#inFlight--;
      if (!cancelled) done(statusOf(error), message);
      onRoom();
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

  close(): void {
    this.#client.close();
  }
}

/** What grpc-js says of a stream that was refused unseen, also by a server that goes away. */
const REFUSED = "Stream refused by server";

function statusOf(error: ServiceError | null): number {
  if (!error) return 0;
  const { code = UNAVAILABLE, details } = error;
  return code === UNAVAILABLE && details === REFUSED ? UNSEEN : code;
}

function asBuffer(message: Uint8Array): Buffer {
  return Buffer.from(message.buffer, message.byteOffset, message.byteLength);
}

function asIs(message: Buffer): Uint8Array {
  return message;
}
