import { once } from "node:events";
import type { Writable } from "node:stream";
import type { Clock } from "../../../platform/clock/clock.ts";

export interface EventWriterOptions {
  readonly clock: Clock;
  /** A consumer that takes nothing for so long is cut off, ms. */
  readonly slowConsumerMs: number;
}

/**
 * Writes server-sent events. While the consumer lags it waits, so that flow control holds the source
 * back and no more than one message is buffered; a consumer that lags for too long is cut off.
 */
export class EventWriter {
  readonly #out: Writable;
  readonly #options: EventWriterOptions;

  constructor(out: Writable, options: EventWriterOptions) {
    this.#out = out;
    this.#options = options;
  }

  /** Resolves to whether the consumer is still there and keeps up. The signal ends the wait for it. */
  async write(text: string, signal: AbortSignal): Promise<boolean> {
    if (this.#out.destroyed || this.#out.writableEnded) return false;
    if (this.#out.write(text)) return true;
    if (await this.#hasDrained(signal)) return true;
    this.#out.destroy();
    return false;
  }

  /** A comment keeps proxies from closing a quiet connection; it is left out where bytes still wait. */
  heartbeat(): void {
    if (!this.#out.writableNeedDrain && !this.#out.writableEnded)
      this.#out.write(": still here\n\n");
  }

  /** Ends the stream with a comment that says why. */
  end(why: string): void {
    if (!this.#out.destroyed) this.#out.end(`: ${why}; resume with Last-Event-ID\n\n`);
  }

  async #hasDrained(signal: AbortSignal): Promise<boolean> {
    const { clock, slowConsumerMs } = this.#options;
    const waiting = new AbortController();
    const either = AbortSignal.any([signal, waiting.signal]);
    const drained = once(this.#out, "drain", { signal: either }).then(() => true);
    const tooSlow = clock.delay(slowConsumerMs, either).then(() => false);
    const closed = once(this.#out, "close", { signal: either }).then(() => false);
    try {
      return await Promise.race([drained, tooSlow, closed]);
    } catch {
      return false;
    } finally {
      waiting.abort();
    }
  }
}

/** One event. `data` is sent as JSON, which has no line ends of its own. */
export function eventText(event: string, data: unknown, id?: string): string {
  const head = id === undefined ? "" : `id: ${id}\n`;
  return `${head}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** No event: a browser takes the id for its Last-Event-ID all the same. */
export function idText(id: string): string {
  return `id: ${id}\n\n`;
}
