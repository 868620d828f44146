import { type AsyncMessage, type Connection, ConsumerStatus } from "rabbitmq-client";
import { systemClock } from "../../clock/system-clock.ts";
import { unavailable } from "../../grpc/errors/errors.ts";
import { thinned } from "../../telemetry/thinned.ts";
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
import { type BusDeps, encodeLetter, settlementOf } from "../dead-letter.ts";
import type { Topic } from "../topics.ts";
import { type BrokerAddress, closeConnection, openConnection, withinBound } from "./connection.ts";
import { isCancelled, isMissing, Queues } from "./queues.ts";
import { RabbitPublisher } from "./rabbit-publisher.ts";
import { ALL_QUEUES, exchangeName, queueOfBrokerName } from "./topology.ts";
import { type Subscription, WatchedConsumer } from "./watched-consumer.ts";

export interface RabbitBusOptions extends BrokerAddress, Partial<BusDeps> {
  /** Begins every queue's name at the broker. */
  readonly prefix: string;
  readonly log: BusDeps["log"];
}

/**
 * The event bus on RabbitMQ: quorum queues, declared here. Throws UNAVAILABLE when no broker lets us
 * in; later losses of the connection mend themselves.
 */
export async function connectRabbitBus(options: RabbitBusOptions): Promise<BrokerBus> {
  const { prefix, clock = systemClock, random = Math.random, log } = options;
  await using opening = new AsyncDisposableStack();
  // A broker short of memory stops reading from connections that publish: acks must still get through.
  const publishing = opening.adopt(await openConnection(options, "publish", log), closeConnection);
  const consuming = opening.adopt(await openConnection(options, "consume", log), closeConnection);
  const queues = new Queues(consuming, prefix);
  await queues.ensureExchange();
  for (const queue of ALL_QUEUES) {
    await queues.ensure(queue).catch((cause: unknown) => {
      throw unavailable(`queue ${queues.nameOf(queue)} can't be declared: ${cause}`, { cause });
    });
  }
  opening.move();
  return new RabbitBus({ publishing, consuming, queues, prefix }, { clock, random, log });
}

/** A bus whose processes can also listen: what they miss while they are away is gone. */
export interface BrokerBus extends EventBus {
  /**
   * Tells this process of what is published on a topic from now on, on a queue that goes with its connection.
   * For what is only good at the moment; `hear` must not throw.
   */
  listen(topic: Topic, hear: (payload: Uint8Array) => void): Consumer;
}

interface Opened {
  readonly prefix: string;
  readonly publishing: Connection;
  readonly consuming: Connection;
  readonly queues: Queues;
}

interface Subscribing {
  readonly prefetch: number;
  readonly handle: (message: AsyncMessage) => Promise<ConsumerStatus>;
  readonly onCancel: () => void;
}

/** A closing consumer settles what it has in hand; what it can't in this time is delivered again, ms. */
const SETTLE_TIMEOUT_MS = 8_000;
/** Between two lines about failures of one consumer, ms. */
const FAILURES_EVERY_MS = 1_000;

class RabbitBus implements BrokerBus {
  readonly #opened: Opened;
  readonly #publisher: RabbitPublisher;
  readonly #deps: BusDeps;
  readonly #consumers = new Set<Consumer>();
  readonly #inHand = new Map<QueueName, number>(ALL_QUEUES.map((queue) => [queue, 0]));

  constructor(opened: Opened, deps: BusDeps) {
    this.#opened = opened;
    this.#deps = deps;
    this.#publisher = new RabbitPublisher(opened.publishing, opened.queues);
  }

  publish(destination: Destination, payloads: readonly Uint8Array[]): Promise<void> {
    return this.#publisher.publish(destination, payloads);
  }

  consume(
    queue: QueueName,
    { prefetch }: ConsumeOptions,
    handle: (message: BusMessage) => Promise<Outcome>,
  ): Consumer {
    const { clock, log } = this.#deps;
    this.#count(queue, 0);
    const closing = new AbortController();
    const deps = { ...this.#deps, signal: closing.signal };
    const settle = async (message: AsyncMessage) => {
      this.#count(queue, 1);
      const settlement = await settlementOf(
        this,
        { queue, handle },
        this.#messageOf(queue, message),
        deps,
      );
      this.#count(queue, -1);
      return settlement === "ack" ? ConsumerStatus.ACK : ConsumerStatus.REQUEUE;
    };
    const watched = new WatchedConsumer({
      queue,
      clock,
      log,
      subscribe: (onMessage, onCancel) => {
        const handle = async (message: AsyncMessage) => {
          onMessage();
          // It was on its way when this consumer was told to close: it is another's.
          return closing.signal.aborted ? ConsumerStatus.REQUEUE : settle(message);
        };
        const subscribing = { prefetch, handle, onCancel };
        if (ALL_QUEUES.includes(queue)) return this.#subscribe(queue, subscribing);
        // Should it fail, the consumer finds nothing, and tries again.
        const ensured = this.#opened.queues.ensure(queue).catch(() => {});
        const started = ensured.then(() => this.#subscribe(queue, subscribing));
        return { close: async () => (await started).close() };
      },
      readyCount: () => this.#opened.queues.readyCount(queue),
      inHand: () => this.#inHand.get(queue) ?? 0,
    });
    const consumer = {
      close: async () => {
        closing.abort();
        this.#consumers.delete(consumer);
        await watched.close();
      },
    };
    this.#consumers.add(consumer);
    return consumer;
  }

  listen(topic: Topic, hear: (payload: Uint8Array) => void): Consumer {
    const { consuming, prefix } = this.#opened;
    const heard = consuming.createConsumer(
      {
        queueOptions: { exclusive: true, autoDelete: true },
        queueBindings: [{ exchange: exchangeName(prefix), routingKey: topic }],
        noAck: true,
      },
      async ({ body }: AsyncMessage) => hear(body),
    );
    const { log } = this.#deps;
    heard.on("error", (error) => log.warn({ err: error, topic }, "not listening; trying again"));
    const consumer = {
      close: async () => {
        this.#consumers.delete(consumer);
        await withinBound(heard.close(), SETTLE_TIMEOUT_MS);
      },
    };
    this.#consumers.add(consumer);
    return consumer;
  }

  /** `unsettled` counts what this process has in hand: the broker does not tell of others'. */
  depths(): Promise<readonly QueueDepth[]> {
    return Promise.all(
      [...this.#inHand.keys()].map(async (queue) => {
        const ready = await this.#opened.queues.readyCount(queue);
        return { queue, ready, unsettled: this.#inHand.get(queue) ?? 0 };
      }),
    );
  }

  /** Channels first: a connection that closes takes them along, with what they had in hand. */
  async close(): Promise<void> {
    await Promise.all([...this.#consumers].map((consumer) => consumer.close()));
    await this.#publisher.close();
    const { publishing, consuming } = this.#opened;
    await Promise.all([closeConnection(publishing), closeConnection(consuming)]);
  }

  #subscribe(queue: QueueName, { prefetch, handle, onCancel }: Subscribing): Subscription {
    const { consuming, queues } = this.#opened;
    const consumer = consuming.createConsumer(
      {
        queue: queues.nameOf(queue),
        // Else the client would declare it by itself, as another kind of queue.
        queueOptions: { passive: true },
        qos: { prefetchCount: prefetch },
        concurrency: prefetch,
      },
      handle,
    );
    const { log } = this.#deps;
    // A channel that is lost fails once for each message that was in hand.
    const tell = thinned(FAILURES_EVERY_MS, (error: unknown, count) =>
      log.warn({ err: error, queue, count }, "consumer failed"),
    );
    consumer.on("error", (error) => {
      tell(error);
      // The consumer itself tries again.
      if (isMissing(error)) queues.restore(queue).catch(() => {});
      if (isCancelled(error)) onCancel();
    });
    return { close: () => withinBound(consumer.close(), SETTLE_TIMEOUT_MS) };
  }

  /** Quorum queues count deliveries in a header. */
  #messageOf(queue: QueueName, message: AsyncMessage): BusMessage {
    const { body, headers, redelivered } = message;
    const counted = headers?.["x-delivery-count"];
    const redeliveryCount = typeof counted === "number" ? counted : Number(redelivered);
    const { prefix } = this.#opened;
    const payload = queue === "dead-letters" ? letterOf(prefix, message) : body;
    return { payload, redeliveryCount };
  }

  #count(queue: QueueName, change: number): void {
    this.#inHand.set(queue, (this.#inHand.get(queue) ?? 0) + change);
  }
}

/** What the broker itself gave up is no DeadLetter yet. */
function letterOf(prefix: string, { body, headers }: AsyncMessage): Uint8Array {
  const died = headers?.["x-first-death-reason"];
  if (typeof died !== "string") return body;
  const queue = queueOfBrokerName(prefix, String(headers?.["x-first-death-queue"])) ?? "";
  const reason = `given up by the broker: ${died}`;
  return encodeLetter({ queue, payload: body, reason, timeMs: 0n });
}
