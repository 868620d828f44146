import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import type { Clock } from "../../services/platform/clock/clock.ts";
import { inParallel } from "../../services/platform/concurrency/in-parallel.ts";
import type { TlsOptions } from "../drivers/connect-to.ts";
import type { MicroClock } from "../drivers/driver.ts";
import type { Tokens } from "../sessions/rest/tokens.ts";
import { getFromGateway } from "../target/gateway-https.ts";
import { EntryCount } from "./entry-count.ts";

export interface StreamsOptions {
  /** host:port; streams take turns. */
  readonly gateways: readonly string[];
  /** By HTTPS, and what is trusted then; else by HTTP. */
  readonly https?: TlsOptions | undefined;
  /** Each follows the own timeline. */
  readonly viewers: readonly number[];
  readonly tokens: Tokens;
  /** The run's. */
  readonly clock: MicroClock;
  /** Entries of before, of the first pages and the warm-up, are not counted. */
  readonly fromMicros: number;
  readonly time: Clock;
}

/** Streams that are open, as those of people whose app is. Disposing ends them. */
export interface HeldStreams extends AsyncDisposable {
  /** In the form of Measured: a generator's own, which add up. */
  counters(): ReadonlyMap<string, number>;
  /** The same, for people. */
  sentence(): string;
}

/** What a run counts of its streams; names for thresholds. */
export const STREAM_COUNTERS = {
  open: "live_streams",
  entries: "live_entries",
  ended: "live_streams_ended",
} as const;

/** As the gateway has it. */
const PATH = "/v1/timeline/stream";
/** So many are opened at one time: a first page each. */
const OPENED_AT_ONCE = 32;
/** Apps wait for a moment, so that a gateway's end does not bring all of them at once. */
const REOPEN_MS = 1_000;

/** Resolves when every stream is open. Rejects with what kept the first that could not be. */
export async function holdStreams(options: StreamsOptions): Promise<HeldStreams> {
  const held = new Held(options);
  try {
    await inParallel(OPENED_AT_ONCE, options.viewers.keys(), (place) => held.open(place));
  } catch (error) {
    await held[Symbol.asyncDispose]();
    throw error;
  }
  return held;
}

class Held implements HeldStreams {
  readonly #options: StreamsOptions;
  readonly #stopped = new AbortController();
  readonly #following: Promise<void>[] = [];
  #open = 0;
  #entries = 0;
  #ended = 0;

  constructor(options: StreamsOptions) {
    this.#options = options;
  }

  counters(): ReadonlyMap<string, number> {
    const { open, entries, ended } = STREAM_COUNTERS;
    return new Map([
      [open, this.#open],
      [entries, this.#entries],
      [ended, this.#ended],
    ]);
  }

  sentence(): string {
    const again = this.#ended === 0 ? "" : `; ${this.#ended} ended and were opened again`;
    return `${this.#open} live streams are open; ${this.#entries} entries came on them in the measured part${again}.`;
  }

  async open(place: number): Promise<void> {
    const first = await this.#ask(place);
    this.#following.push(this.#follow(place, first));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped.abort();
    await Promise.all(this.#following);
  }

  /** One after the other: a stream that ends, by its age or its gateway's, is opened again. */
  async #follow(place: number, first: IncomingMessage): Promise<void> {
    const { signal } = this.#stopped;
    for (let stream: IncomingMessage | undefined = first; !signal.aborted; ) {
      if (stream) await this.#read(stream);
      if (signal.aborted) return;
      this.#ended += stream ? 1 : 0;
      await this.#options.time.delay(REOPEN_MS, signal).catch(() => {});
      stream = await this.#ask(place).catch(() => undefined);
    }
  }

  async #read(stream: IncomingMessage): Promise<void> {
    const { clock, fromMicros } = this.#options;
    const count = new EntryCount();
    this.#open++;
    stream.on("data", (piece: Buffer) => {
      const entries = count.add(piece);
      if (clock.nowMicros() >= fromMicros) this.#entries += entries;
    });
    stream.on("error", () => {}); // it is over, and "close" says so
    await new Promise((resolve) => stream.once("close", resolve));
    this.#open--;
  }

  async #ask(place: number): Promise<IncomingMessage> {
    const { gateways, viewers, tokens, https } = this.#options;
    const address = gateways[place % gateways.length];
    const request = getFromGateway(address + PATH, {
      https,
      headers: { authorization: `Bearer ${tokens(viewers[place])}` },
      signal: this.#stopped.signal,
    });
    const [answer] = (await once(request, "response")) as [IncomingMessage];
    request.on("error", () => {}); // told by the answer, from now on
    if (answer.statusCode === 200) return answer;
    answer.resume();
    throw new Error(
      `${address} opens no live stream (status ${answer.statusCode}) as number ${place + 1}: ask for fewer (streams), or raise TIDINGS_GATEWAY_STREAMS.`,
    );
  }
}
