import type { Connection } from "rabbitmq-client";
import { systemClock } from "../../clock/system-clock.ts";
import type { QueueName } from "../bus.ts";
import { brokerName, declarationOf } from "./topology.ts";

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

  /**
   * Declares it when it is missing. One that is there is taken as it is, also with limits in its
   * arguments, as earlier versions declared it.
   */
  async ensure(queue: QueueName): Promise<void> {
    if ((await this.#countIn(queue)) !== undefined) return;
    const { arguments: args, ...rest } = declarationOf(this.#prefix, queue);
    await this.#connection.queueDeclare({ ...rest, arguments: { ...args } });
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
    const count = await this.#countIn(queue);
    if (count === undefined) await this.restore(queue);
    return count ?? 0;
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
