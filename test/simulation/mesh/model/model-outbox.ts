import type { Destination } from "../../../../services/platform/messaging/bus.ts";
import type { Outbox, OutboxItem } from "../../../../services/platform/messaging/outbox/outbox.ts";
import type { Life } from "../network.ts";

interface Item extends OutboxItem<number> {
  /** Who writes the change still; undefined once all of it is there. */
  writer: Life | undefined;
}

/** An outbox that outlives its process. The relay does not pass what a living writer still writes. */
export class ModelOutbox implements Outbox<number> {
  #items: Item[] = [];
  #nextPosition = 1;
  readonly #wakers = new Set<() => void>();
  readonly #pause: () => Promise<void>;
  /** Lemma L1 broken: reads on past writes in flight. */
  readonly #passesWriters: boolean;

  constructor(pause: () => Promise<void>, passesWriters: boolean) {
    this.#pause = pause;
    this.#passesWriters = passesWriters;
  }

  /** `writer`: the change is not all written yet. Call what it returns when it is. */
  add(queue: Destination, payload: Uint8Array, writer?: Life): () => void {
    const change = writer === undefined ? {} : { change: payload };
    const item: Item = { position: this.#nextPosition++, queue, payload, writer, ...change };
    this.#items.push(item);
    this.#wake();
    return () => {
      item.writer = undefined;
      this.#wake();
    };
  }

  async read(limit: number): Promise<readonly OutboxItem<number>[]> {
    await this.#pause();
    const inFlight = this.#passesWriters ? -1 : this.#items.findIndex((item) => item.writer?.alive);
    return this.#items.slice(0, inFlight < 0 ? limit : Math.min(limit, inFlight));
  }

  async published(items: readonly OutboxItem<number>[]): Promise<void> {
    await this.#pause();
    const positions = new Set(items.map(({ position }) => position));
    this.#items = this.#items.filter(({ position }) => !positions.has(position));
  }

  onWrite(wake: () => void): () => void {
    this.#wakers.add(wake);
    return () => void this.#wakers.delete(wake);
  }

  async depth(): Promise<number> {
    return this.#items.length;
  }

  get payloads(): readonly Uint8Array[] {
    return this.#items.map(({ payload }) => payload);
  }

  #wake(): void {
    for (const wake of this.#wakers) wake();
  }
}
