import { PostServiceService, type WatchPostLogResponse } from "#gen/post/v1/post.ts";
import type { Clock } from "../../../platform/clock/clock.ts";
import {
  type ConnectOptions,
  connect,
  createClient,
} from "../../../platform/grpc/client/client.ts";
import { replicasOf } from "../../../platform/grpc/client/targets.ts";
import { type Backoff, backoffMs } from "../../../platform/messaging/backoff.ts";
import type { LogListener, PostLog } from "../../ports.ts";
import { rowOf } from "./post-log.ts";

export interface LogStreamsOptions {
  /** Of the post service: host:port, or names that stand for many. */
  readonly addresses: readonly string[];
  readonly connect: ConnectOptions;
  readonly clock: Clock;
  /** 0 to 1; Math.random by default. */
  readonly random?: () => number;
  /** Which processes these addresses are now; by DNS unless given. */
  readonly replicas?: (addresses: readonly string[]) => Promise<ReadonlySet<string>>;
}

/** How a log tells of what is written: by streams of its writers. */
export function logWatch(options: LogStreamsOptions): PostLog["watch"] {
  return (listener) => new LogStreams(options, listener);
}

/** Between two looks at who there is. Until one is known of, its rows are found in the log. */
const LOOK_MS = 5_000;
const BACKOFF: Backoff = { firstMs: 100, maxMs: 10_000 };

/** Hears what each process of the post service writes into the log: one stream each, opened again when it ends. */
export class LogStreams implements AsyncDisposable {
  readonly #options: LogStreamsOptions;
  readonly #listener: LogListener;
  readonly #stopping = new AbortController();
  readonly #streams = new Map<string, Promise<void>>();
  #replicas: ReadonlySet<string> = new Set();

  constructor(options: LogStreamsOptions, listener: LogListener) {
    this.#options = options;
    this.#listener = listener;
    void this.#look();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort();
    // Nobody waits for a name that is being looked up.
    await Promise.all(this.#streams.values());
  }

  async #look(): Promise<void> {
    const { addresses, clock, replicas = replicasOf } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      // While nobody knows, those that were there are.
      this.#replicas = await replicas(addresses).catch(() => this.#replicas);
      for (const address of signal.aborted ? [] : this.#replicas) {
        if (!this.#streams.has(address)) this.#streams.set(address, this.#follow(address));
      }
      await clock.delay(LOOK_MS, signal).catch(() => {});
    }
  }

  /** As long as there is such a process; a stream that lives is not ended because its name has gone. */
  async #follow(address: string): Promise<void> {
    const { clock, random = Math.random } = this.#options;
    const { signal } = this.#stopping;
    const options = { ...this.#options.connect, retry: "none" } as const;
    using channel = connect([address], options);
    const client = createClient(PostServiceService, channel);
    let failures = 0;
    while (!signal.aborted && this.#replicas.has(address)) {
      try {
        for await (const message of client.watchPostLog({}, { signal })) {
          failures = 0;
          this.#hear(address, message);
        }
      } catch {
        // Whatever it is: until it is over, the log is read.
      }
      this.#listener.lost(address);
      await clock.delay(backoffMs(BACKOFF, failures++, random()), signal).catch(() => {});
    }
    this.#streams.delete(address);
  }

  #hear(address: string, { head, rows }: WatchPostLogResponse): void {
    if (!head) return;
    const { generation, seq, bucket } = head;
    const news = { head: { generation, seq: Number(seq), bucket }, rows: rows.map(rowOf) };
    this.#listener.heard(address, news);
  }
}
