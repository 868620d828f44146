import { COUNTERS } from "../../../model/metrics.ts";
import { invalidArgument, notFound, resourceExhausted } from "../../grpc/errors/errors.ts";
import type { Metrics } from "../../telemetry/metrics.ts";
import type {
  BusMessage,
  ConsumeOptions,
  Consumer,
  Destination,
  EventBus,
  Outcome,
  QueueDepth,
  QueueName,
} from "../bus.ts";
import { type BusDeps, settlementOf } from "../dead-letter.ts";
import {
  isRequired,
  isTopic,
  MAX_SUBSCRIBERS,
  REQUIRED_QUEUES,
  subscriptionOf,
  type Topic,
  type WorkQueue,
} from "../topics.ts";
import { LocalQueue, type QueueDelivery } from "./local-queue.ts";
import type { QueueStorage } from "./queue-store.ts";

/** What lives in this process: topics with the queues of their subscribers, and queues without a topic. */
export interface LocalBusShape {
  readonly topics: readonly Topic[];
  readonly queues: readonly WorkQueue[];
}

interface LocalBusLimits extends BusDeps {
  /** Of each queue, messages not yet acked. */
  readonly maxMessages: number;
  /** The same, of a subscriber that is not required: then its oldest go. */
  readonly maxOptionalMessages: number;
  readonly metrics?: Metrics | undefined;
}

/** The bus inside the process that owns the queues: its relay publishes through it. */
export class LocalBus implements EventBus {
  readonly #shape: LocalBusShape;
  readonly #storage: QueueStorage;
  readonly #deps: LocalBusLimits;
  readonly #queues = new Map<QueueName, LocalQueue>();
  readonly #consumers = new Set<Consumer>();

  constructor(shape: LocalBusShape, storage: QueueStorage, deps: LocalBusLimits) {
    this.#shape = shape;
    this.#storage = storage;
    this.#deps = deps;
    const isHere = (name: QueueName) => shape.topics.some((t) => t === subscriptionOf(name)?.topic);
    const subscribed = storage.subscribers().map(({ queue }) => queue);
    const names = [...shape.queues, ...REQUIRED_QUEUES.filter(isHere), ...subscribed];
    for (const name of new Set(names)) this.#open(name);
  }

  /**
   * The queue; that of a subscriber who is new is made. Throws NOT_FOUND when it is not one of this process,
   * RESOURCE_EXHAUSTED when the topic has subscribers enough.
   */
  queue(name: string): LocalQueue {
    const queue = this.#queues.get(name as QueueName);
    return queue ?? this.#subscribed(name);
  }

  get queues(): readonly LocalQueue[] {
    return [...this.#queues.values()];
  }

  async publish(destination: Destination, payloads: readonly Uint8Array[]): Promise<void> {
    const queues = this.#queuesOf(destination);
    // All or none, as far as room goes: a full one must not fill the others with repeats.
    for (const queue of queues) queue.checkRoom(payloads.length);
    await Promise.all(queues.map((queue) => queue.publish(payloads)));
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
      const settlement = await settlementOf(this, { queue, handle }, delivery, deps);
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
    return this.queues.map(({ name, depth: { ready, unsettled } }) => ({
      queue: name,
      ready,
      unsettled,
    }));
  }

  /** Ends subscriptions that nobody has used for `lifeMs`, with what they hold; notes those in use. */
  async sweep(lifeMs: number): Promise<void> {
    const nowMs = this.#deps.clock.nowMs();
    for (const { queue: name, seenMs } of this.#storage.subscribers()) {
      const queue = this.#queues.get(name);
      if (queue !== undefined && queue.depth.consumers > 0) {
        await this.#storage.seen(name, nowMs);
      } else if (nowMs - seenMs > lifeMs) {
        this.#deps.log.warn({ queue: name }, "nobody came for it: the subscription has ended");
        this.#queues.delete(name);
        queue?.close();
        await this.#storage.forget(name);
      }
    }
  }

  /** Consumers finish what they have; every stream of the event service ends. */
  async close(): Promise<void> {
    await Promise.all([...this.#consumers].map((consumer) => consumer.close()));
    for (const queue of this.queues) queue.close();
  }

  #queuesOf(destination: Destination): readonly LocalQueue[] {
    if (!isTopic(destination)) return [this.queue(destination)];
    if (!this.#shape.topics.includes(destination)) throw notFound("topic", destination);
    return this.queues.filter(({ name }) => subscriptionOf(name)?.topic === destination);
  }

  #subscribed(name: string): LocalQueue {
    const subscription = subscriptionOf(name);
    if (subscription === undefined || !this.#shape.topics.includes(subscription.topic)) {
      throw notFound("queue", name);
    }
    const { topic, subscriber } = subscription;
    if (this.#queuesOf(topic).length >= MAX_SUBSCRIBERS) {
      throw resourceExhausted(
        `topic ${topic} has ${MAX_SUBSCRIBERS} subscribers, and takes no more`,
        0,
      );
    }
    if (subscriber === "") throw invalidArgument("queue", "names no subscriber");
    // Before anything that is published from now on, in the order of the store's commits.
    const queue: QueueName = `${topic}.${subscriber}`;
    this.#storage.seen(queue, this.#deps.clock.nowMs()).catch((error: unknown) => {
      this.#deps.log.error({ err: error, queue }, "a subscription was not stored");
    });
    return this.#open(queue);
  }

  #open(name: QueueName): LocalQueue {
    const { maxMessages, maxOptionalMessages, metrics } = this.#deps;
    const dropped = metrics?.counter(COUNTERS.busDropped).series(name);
    const limits = isRequired(name)
      ? { maxMessages }
      : { maxMessages: maxOptionalMessages, onDropped: (count: number) => dropped?.add(count) };
    const queue = new LocalQueue(name, this.#storage.open(name), limits);
    this.#queues.set(name, queue);
    return queue;
  }
}
