import type { Connection } from "rabbitmq-client";
import { systemClock } from "../../clock/system-clock.ts";
import type { Destination, QueueName } from "../bus.ts";
import { isRequired, isTopic, REQUIRED_QUEUES, subscriptionOf } from "../topics.ts";
import { brokerName, declarationOf, exchangeName, routeTo } from "./topology.ts";

/**
 * Before a queue that was deleted is declared anew, ms. RabbitMQ tells a consumer that its queue is gone
 * only while there is none of that name; else it takes the new one for the old one under another
 * leader, and the consumer gets nothing of it, for ever (3.10: three of eight times).
 */
const RESTORE_AFTER_MS = 1_000;

/** The queues of one mesh at the broker. */
export class Queues {
  readonly #connection: Connection;
  readonly #prefix: string;
  readonly #restoring = new Map<QueueName, Promise<void>>();

  constructor(connection: Connection, prefix: string) {
    this.#connection = connection;
    this.#prefix = prefix;
  }

  nameOf(queue: QueueName): string {
    return brokerName(this.#prefix, queue);
  }

  routeTo(destination: Destination) {
    return routeTo(this.#prefix, destination);
  }

  async ensureExchange(): Promise<void> {
    const exchange = exchangeName(this.#prefix);
    await this.#connection.exchangeDeclare({ exchange, type: "topic", durable: true });
  }

  /**
   * Declares it when it is missing, and has its topic come into it. One that is there is taken as it is,
   * also with limits in its arguments, as earlier versions declared it.
   */
  async ensure(queue: QueueName): Promise<void> {
    if (isRequired(queue) && (await this.#countIn(queue)) !== undefined) await this.#bind(queue);
    else await this.#declare(queue);
  }

  /** What was deleted of what a destination must have is there again. */
  async restoreFor(destination: Destination): Promise<void> {
    if (!isTopic(destination)) return this.restore(destination);
    await this.ensureExchange();
    const queues = REQUIRED_QUEUES.filter((queue) => queue.startsWith(`${destination}.`));
    await Promise.all(queues.map((queue) => this.restore(queue)));
  }

  /** Declares one anew that somebody deleted, a moment later. */
  restore(queue: QueueName): Promise<void> {
    return this.#restoring.getOrInsertComputed(queue, async () => {
      try {
        await systemClock.delay(RESTORE_AFTER_MS);
        await this.ensure(queue);
      } finally {
        this.#restoring.delete(queue);
      }
    });
  }

  /** Messages that wait in it; a queue that is missing is declared anew, and has none. */
  async readyCount(queue: QueueName): Promise<number> {
    // Asking for what may not be there closes the channel, for all who use it.
    if (!isRequired(queue)) return this.#declare(queue);
    const count = await this.#countIn(queue);
    if (count === undefined) await this.restore(queue);
    return count ?? 0;
  }

  async #declare(queue: QueueName): Promise<number> {
    const { arguments: args, ...rest } = declarationOf(this.#prefix, queue);
    const declared = await this.#connection.queueDeclare({ ...rest, arguments: { ...args } });
    await this.#bind(queue);
    return declared.messageCount;
  }

  /** A topic comes into its subscribers' queues. */
  async #bind(queue: QueueName): Promise<void> {
    const topic = subscriptionOf(queue)?.topic;
    if (topic === undefined) return;
    const exchange = exchangeName(this.#prefix);
    await this.#connection.queueBind({ exchange, queue: this.nameOf(queue), routingKey: topic });
  }

  async #countIn(queue: QueueName): Promise<number | undefined> {
    try {
      const declared = { queue: this.nameOf(queue), passive: true };
      return (await this.#connection.queueDeclare(declared)).messageCount;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }
}

/** The broker has no such queue. */
export function isMissing(error: unknown): boolean {
  return codeOf(error) === "NOT_FOUND";
}

/** The broker has ended a consumer: its queue was deleted. */
export function isCancelled(error: unknown): boolean {
  return codeOf(error) === "CANCEL_FORCED";
}

function codeOf(error: unknown): unknown {
  return (error as { readonly code?: unknown }).code;
}
