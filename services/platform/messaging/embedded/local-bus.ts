import { notFound } from "../../grpc/errors/errors.ts";
import type {
  BusMessage,
  ConsumeOptions,
  Consumer,
  EventBus,
  Outcome,
  QueueDepth,
  QueueName,
} from "../bus.ts";
import { type BusDeps, settlementOf } from "../dead-letter.ts";
import { LocalQueue, type QueueDelivery } from "./local-queue.ts";
import type { QueueStore } from "./queue-store.ts";

/** The bus inside the process that owns the queues: its relay publishes through it. */
export class LocalBus implements EventBus {
  readonly #queues: ReadonlyMap<string, LocalQueue>;
  readonly #deps: BusDeps;
  readonly #consumers = new Set<Consumer>();

  /** `maxMessages`: of each queue, not yet acked. */
  constructor(
    stores: ReadonlyMap<QueueName, QueueStore>,
    { maxMessages, ...deps }: BusDeps & { readonly maxMessages: number },
  ) {
    const queues = [...stores].map(([name, store]): [string, LocalQueue] => [
      name,
      new LocalQueue(name, store, { maxMessages }),
    ]);
    this.#queues = new Map(queues);
    this.#deps = deps;
  }

  /** Throws NOT_FOUND when the queue is not one of this process. */
  queue(name: string): LocalQueue {
    const queue = this.#queues.get(name);
    if (queue === undefined) throw notFound("queue", name);
    return queue;
  }

  get queues(): readonly LocalQueue[] {
    return [...this.#queues.values()];
  }

  async publish(queue: QueueName, payloads: readonly Uint8Array[]): Promise<void> {
    await this.queue(queue).publish(payloads);
  }

  consume(
    queue: QueueName,
    options: ConsumeOptions,
    handle: (message: BusMessage) => Promise<Outcome>,
  ): Consumer {
    const inHand = new Set<Promise<void>>();
    const closing = new AbortController();
    const deps = { ...this.#deps, signal: closing.signal };
    const work = async (delivery: QueueDelivery) => {
      const settlement = await settlementOf(this, queue, delivery, handle, deps);
      const tags = [delivery.tag];
      await (settlement === "ack" ? subscription.settle(tags, []) : subscription.settle([], tags));
    };
    const subscription = this.queue(queue).subscribe({
      prefetch: options.prefetch,
      deliver: (batch) => {
        if (closing.signal.aborted) return;
        for (const delivery of batch) {
          const done = work(delivery)
            .catch((error: unknown) => this.#deps.log.error({ err: error, queue }, "not settled"))
            .then(() => void inHand.delete(done));
          inHand.add(done);
        }
      },
      ended: () => {},
    });
    const consumer: Consumer = {
      close: async () => {
        closing.abort();
        this.#consumers.delete(consumer);
        await Promise.all(inHand);
        subscription.close();
      },
    };
    this.#consumers.add(consumer);
    return consumer;
  }

  async depths(): Promise<readonly QueueDepth[]> {
    return this.queues.map((queue) => {
      const { ready, unsettled } = queue.depth;
      return { queue: queue.name as QueueName, ready, unsettled };
    });
  }

  /** Consumers finish what they have; every stream of the event service ends. */
  async close(): Promise<void> {
    await Promise.all([...this.#consumers].map((consumer) => consumer.close()));
    for (const queue of this.queues) queue.close();
  }
}
