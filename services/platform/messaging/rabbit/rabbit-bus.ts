import { type AsyncMessage, Connection, ConsumerStatus } from "rabbitmq-client";
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
import { RabbitPublisher } from "./rabbit-publisher.ts";
import { ALL_QUEUES, brokerName, declarationOf } from "./topology.ts";
import { type Subscription, WatchedConsumer } from "./watched-consumer.ts";

export interface RabbitBusOptions extends Partial<BusDeps> {
  /** amqp://user:password@host:port/vhost */
  readonly url: string;
  /** Begins every queue's name at the broker. */
  readonly prefix: string;
  readonly log: BusDeps["log"];
}

/** For the first connection, and later for a channel while the connection is lost, ms. */
const CONNECT_TIMEOUT_MS = 10_000;
/** Reconnecting begins soon: a worker's lag is at stake. Steps of this, up to the highest, ms. */
const RECONNECT_STEP_MS = 100;
const RECONNECT_MAX_MS = 5_000;

/**
 * The event bus on RabbitMQ: quorum queues, declared here. Throws UNAVAILABLE when no broker answers;
 * later losses of the connection mend themselves.
 */
export async function connectRabbitBus(options: RabbitBusOptions): Promise<EventBus> {
  const { url, prefix, clock = systemClock, random = Math.random, log } = options;
  // A broker short of memory stops reading from connections that publish: acks must still get through.
  const publishing = open(url, "publish", log);
  const consuming = open(url, "consume", log);
  try {
    await Promise.all([publishing, consuming].map((each) => each.onConnect(CONNECT_TIMEOUT_MS)));
    for (const queue of ALL_QUEUES) await publishing.queueDeclare(declared(prefix, queue));
  } catch (cause) {
    await Promise.allSettled([publishing.close(), consuming.close()]);
    throw unavailable(`RabbitMQ at ${new URL(url).host} does not serve: ${cause}`, { cause });
  }
  return new RabbitBus(publishing, consuming, prefix, { clock, random, log });
}

class RabbitBus implements EventBus {
  readonly #publishing: Connection;
  readonly #consuming: Connection;
  readonly #publisher: RabbitPublisher;
  readonly #prefix: string;
  readonly #deps: BusDeps;
  readonly #consumers = new Set<Consumer>();
  readonly #inHand = new Map<QueueName, number>();

  constructor(publishing: Connection, consuming: Connection, prefix: string, deps: BusDeps) {
    this.#publishing = publishing;
    this.#consuming = consuming;
    this.#prefix = prefix;
    this.#deps = deps;
    const queues = ALL_QUEUES.map((queue) => declarationOf(prefix, queue));
    this.#publisher = new RabbitPublisher(publishing, queues);
  }

  publish(queue: QueueName, payloads: readonly Uint8Array[]): Promise<void> {
    return this.#publisher.publish(brokerName(this.#prefix, queue), payloads);
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
      subscribe: (onMessage) =>
        this.#subscribe(queue, prefetch, (message) => {
          onMessage();
          return settle(message);
        }),
      readyCount: () => this.#readyCount(queue),
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
        const ready = await this.#readyCount(queue);
        return { queue, ready, unsettled: this.#inHand.get(queue) ?? 0 };
      }),
    );
  }

  /** Channels first: a connection that closes takes them along, with what they had in hand. */
  async close(): Promise<void> {
    await Promise.all([...this.#consumers].map((consumer) => consumer.close()));
    await this.#publisher.close();
    await Promise.all([this.#publishing.close(), this.#consuming.close()]);
  }

  #subscribe(
    queue: QueueName,
    prefetch: number,
    handle: (message: AsyncMessage) => Promise<ConsumerStatus>,
  ): Subscription {
    const declaration = declared(this.#prefix, queue);
    const consumer = this.#consuming.createConsumer(
      {
        queue: declaration.queue,
        queueOptions: declaration,
        qos: { prefetchCount: prefetch },
        concurrency: prefetch,
      },
      handle,
    );
    consumer.on("error", (error) => this.#deps.log.warn({ err: error, queue }, "consumer failed"));
    return consumer;
  }

  async #readyCount(queue: QueueName): Promise<number> {
    const name = brokerName(this.#prefix, queue);
    const { messageCount } = await this.#consuming.queueDeclare({ queue: name, passive: true });
    return messageCount;
  }

  #count(queue: QueueName, change: number): void {
    this.#inHand.set(queue, (this.#inHand.get(queue) ?? 0) + change);
  }
}

function open(url: string, purpose: string, log: BusDeps["log"]): Connection {
  const connection = new Connection({
    url,
    connectionName: `tidings-${purpose}`,
    acquireTimeout: CONNECT_TIMEOUT_MS,
    retryLow: RECONNECT_STEP_MS,
    retryHigh: RECONNECT_MAX_MS,
    noDelay: true,
  });
  connection.on("error", (error) => log.warn({ err: error, purpose }, "RabbitMQ connection lost"));
  return connection;
}

/** A copy that the client library may call its own. */
function declared(prefix: string, queue: QueueName) {
  const { arguments: args, ...rest } = declarationOf(prefix, queue);
  return { ...rest, arguments: { ...args } };
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
