import { type AsyncMessage, type Connection, ConsumerStatus } from "rabbitmq-client";
import { DeadLetter } from "#gen/event/v1/event.ts";
import { systemClock } from "../../clock/system-clock.ts";
import { unavailable } from "../../grpc/errors/errors.ts";
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
import { type BrokerAddress, closeConnection, openConnection, withinBound } from "./connection.ts";
import { isCancelled, isMissing, Queues } from "./queues.ts";
import { RabbitPublisher } from "./rabbit-publisher.ts";
import { ALL_QUEUES } from "./topology.ts";
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
export async function connectRabbitBus(options: RabbitBusOptions): Promise<EventBus> {
  const { prefix, clock = systemClock, random = Math.random, log } = options;
  await using opening = new AsyncDisposableStack();
  // A broker short of memory stops reading from connections that publish: acks must still get through.
  const publishing = opening.adopt(await openConnection(options, "publish", log), closeConnection);
  const consuming = opening.adopt(await openConnection(options, "consume", log), closeConnection);
  const queues = new Queues(consuming, prefix);
  for (const queue of ALL_QUEUES) {
    await queues.ensure(queue).catch((cause: unknown) => {
      throw unavailable(`queue ${queues.nameOf(queue)} can't be declared: ${cause}`, { cause });
    });
  }
  opening.move();
  return new RabbitBus({ publishing, consuming, queues }, { clock, random, log });
}

interface Opened {
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

class RabbitBus implements EventBus {
  readonly #opened: Opened;
  readonly #publisher: RabbitPublisher;
  readonly #deps: BusDeps;
  readonly #consumers = new Set<Consumer>();
  readonly #inHand = new Map<QueueName, number>();

  constructor(opened: Opened, deps: BusDeps) {
    this.#opened = opened;
    this.#deps = deps;
    this.#publisher = new RabbitPublisher(opened.publishing, opened.queues);
  }

  publish(queue: QueueName, payloads: readonly Uint8Array[]): Promise<void> {
    return this.#publisher.publish(queue, payloads);
  }

  consume(
    queue: QueueName,
    { prefetch }: ConsumeOptions,
    handle: (message: BusMessage) => Promise<Outcome>,
  ): Consumer {
    const { clock, log } = this.#deps;
    const closing = new AbortController();
    const deps = { ...this.#deps, signal: closing.signal };
    const settle = async (message: AsyncMessage) => {
      this.#count(queue, 1);
      const settlement = await settlementOf(this, queue, messageOf(queue, message), handle, deps);
      this.#count(queue, -1);
      return settlement === "ack" ? ConsumerStatus.ACK : ConsumerStatus.REQUEUE;
    };
    const watched = new WatchedConsumer({
      queue,
      clock,
      log,
      subscribe: (onMessage, onCancel) => {
        const handle = (message: AsyncMessage) => {
          onMessage();
          return settle(message);
        };
        return this.#subscribe(queue, { prefetch, handle, onCancel });
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

  /** `unsettled` counts what this process has in hand: the broker does not tell of others'. */
  depths(): Promise<readonly QueueDepth[]> {
    return Promise.all(
      ALL_QUEUES.map(async (queue) => {
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
    consumer.on("error", (error) => {
      log.warn({ err: error, queue }, "consumer failed");
      // The consumer itself tries again.
      if (isMissing(error)) queues.restore(queue).catch(() => {});
      if (isCancelled(error)) onCancel();
    });
    return { close: () => withinBound(consumer.close(), SETTLE_TIMEOUT_MS) };
  }

  #count(queue: QueueName, change: number): void {
    this.#inHand.set(queue, (this.#inHand.get(queue) ?? 0) + change);
  }
}

/** Quorum queues count deliveries in a header. */
function messageOf(queue: QueueName, { body, headers, redelivered }: AsyncMessage): BusMessage {
  const counted = headers?.["x-delivery-count"];
  const redeliveryCount = typeof counted === "number" ? counted : Number(redelivered);
  return { payload: queue === "dead-letters" ? letterOf(body, headers) : body, redeliveryCount };
}

/** What the broker itself gave up is no DeadLetter yet. */
function letterOf(body: Buffer, headers: AsyncMessage["headers"]): Uint8Array {
  const reason = headers?.["x-first-death-reason"];
  if (typeof reason !== "string") return body;
  const queue = String(headers?.["x-first-death-queue"]).split(".").at(-1) ?? "";
  const letter = { queue, payload: body, reason: `given up by the broker: ${reason}`, timeMs: 0n };
  return DeadLetter.encode(letter).finish();
}
