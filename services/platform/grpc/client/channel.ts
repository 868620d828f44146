import { type ChannelOptions, Client, connectivityState } from "@grpc/grpc-js";
import { COUNTERS } from "../../../model/metrics.ts";
import type { Priority } from "../../admission/priority.ts";
import type { Clock } from "../../clock/clock.ts";
import { systemClock } from "../../clock/system-clock.ts";
import type { Logger } from "../../telemetry/logger.ts";
import { createMetrics, type Metrics } from "../../telemetry/metrics.ts";
import type { CounterSeries } from "../../telemetry/series.ts";
import { type Credentials, PLAINTEXT } from "../credentials/credentials.ts";
import { balancingConfig } from "./balancing/three-choices.ts";
import { DEFAULT_RETRY, RetryBudget, type RetryPolicy } from "./retry.ts";
import { targetsOf } from "./targets.ts";

export interface ConnectOptions {
  readonly log: Logger;
  readonly metrics?: Metrics;
  /** For unary calls that have neither a parent nor a deadline of their own, ms; 5 s by default. */
  readonly defaultDeadlineMs?: number;
  /** DEFAULT_RETRY unless given. Streams are never repeated: whoever reads them resumes. */
  readonly retry?: RetryPolicy | "none";
  /** Largest message in either direction, bytes; 4 MiB by default. */
  readonly maxMessageBytes?: number;
  /** TCP connections to each address; 1 by default. A server takes 100 calls at a time on each. */
  readonly connections?: number;
  /** How this process shows who it is; PLAINTEXT by default. */
  readonly credentials?: Credentials;
  /** Which service is called: with TLS, only its certificate is taken for it. */
  readonly to?: string;
  /** Of calls that are made for no other and say none. */
  readonly priority?: Priority;
  /** For tests. */
  readonly clock?: Clock;
  readonly random?: () => number;
}

const DEFAULT_DEADLINE_MS = 5_000;
const DEFAULT_MAX_MESSAGE_BYTES = 4 * 1_024 * 1_024;

/** Connections to the replicas of one service. Made by `connect`, used by `createClient`. */
export class Channel implements Disposable {
  readonly defaultDeadlineMs: number;
  readonly retry: RetryPolicy | undefined;
  readonly budget: RetryBudget | undefined;
  readonly clock: Clock;
  readonly random: () => number;
  readonly metrics: Metrics;
  readonly credentials: Credentials;
  readonly priority: Priority | undefined;
  /** Which service is called, for those who read of it. */
  readonly to: string;
  readonly heldBack: CounterSeries;
  readonly #clients: readonly Client[];
  #nextIndex = 0;

  constructor(addresses: readonly string[], options: ConnectOptions) {
    const { connections = 1, retry = DEFAULT_RETRY } = options;
    this.defaultDeadlineMs = options.defaultDeadlineMs ?? DEFAULT_DEADLINE_MS;
    this.retry = retry === "none" ? undefined : retry;
    this.budget = this.retry && new RetryBudget(this.retry);
    this.clock = options.clock ?? systemClock;
    this.random = options.random ?? Math.random;
    this.metrics = options.metrics ?? createMetrics("");
    const { credentials = PLAINTEXT } = options;
    this.credentials = credentials;
    this.priority = options.priority;
    this.to = options.to ?? "server";
    this.heldBack = this.metrics.counter(COUNTERS.heldBack).series(this.to);
    const toward = credentials.toward(options.to);
    this.#clients = targetsOf(addresses).flatMap((target) =>
      Array.from(
        { length: connections },
        () => new Client(target, toward.channel, { ...channelOptions(options), ...toward.options }),
      ),
    );
  }

  /** The connection for the next call: round robin, passing over those that cannot connect. */
  pick(): Client {
    const clients = this.#clients;
    if (clients.length === 1) return clients[0];
    for (let tries = 0; tries < clients.length; tries++) {
      const client = this.#rotate();
      const state = client.getChannel().getConnectivityState(false);
      if (state !== connectivityState.TRANSIENT_FAILURE) return client;
    }
    return this.#rotate();
  }

  /** Whether one of its connections is there within so many ms; tries to connect. */
  isReached(withinMs: number): Promise<boolean> {
    const deadlineMs = Date.now() + withinMs;
    const ready = this.#clients.map(
      (client) =>
        new Promise<void>((resolve, reject) => {
          client.waitForReady(deadlineMs, (error) => (error ? reject(error) : resolve()));
        }),
    );
    return Promise.any(ready).then(
      () => true,
      () => false,
    );
  }

  #rotate(): Client {
    this.#nextIndex = (this.#nextIndex + 1) % this.#clients.length;
    return this.#clients[this.#nextIndex];
  }

  close(): void {
    for (const client of this.#clients) client.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/**
 * A connection whose far end has vanished without a word is noticed within the two together; until then calls on it
 * end by their deadlines. Who does not answer a ping for 5 s has failed every call of the default deadline, too.
 */
const KEEPALIVE_TIME_MS = 5_000;
const KEEPALIVE_TIMEOUT_MS = 5_000;

const SERVICE_CONFIG = JSON.stringify({ loadBalancingConfig: balancingConfig() });

function channelOptions(options: ConnectOptions): ChannelOptions {
  const maxMessageBytes = options.maxMessageBytes ?? DEFAULT_MAX_MESSAGE_BYTES;
  return {
    "grpc.service_config": SERVICE_CONFIG,
    // A name's TXT records must not replace the service config.
    "grpc.service_config_disable_resolution": 1,
    "grpc.max_receive_message_length": maxMessageBytes,
    "grpc.max_send_message_length": maxMessageBytes,
    "grpc.keepalive_time_ms": KEEPALIVE_TIME_MS,
    "grpc.keepalive_timeout_ms": KEEPALIVE_TIMEOUT_MS,
    // grpc-js waits 1 s before the second try, and up to 2 minutes later on. Calls fail as long as it waits.
    "grpc.initial_reconnect_backoff_ms": 100,
    "grpc.min_reconnect_backoff_ms": 100,
    "grpc.max_reconnect_backoff_ms": 500,
    "grpc.dns_min_time_between_resolutions_ms": 5_000,
    // Else equal channels share one TCP connection, and `connections` would mean nothing.
    "grpc.use_local_subchannel_pool": 1,
    "grpc.enable_channelz": 0,
  };
}
