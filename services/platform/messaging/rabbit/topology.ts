import type { QueueName } from "../bus.ts";

/** Every queue that exists, on every broker. */
export const ALL_QUEUES: readonly QueueName[] = ["posts", "chunks", "friends", "dead-letters"];

/**
 * Never reached by honest means: a worker keeps a message while its targets are down, and gives it back
 * only when it closes or dies, which must not count against the message. But RabbitMQ 4 has a limit of
 * 20 unless told otherwise, and 3.x knows no word for "none".
 */
const DELIVERY_LIMIT = 1_000_000;
const MAX_MESSAGES = 10_000_000;

/** How a queue is declared. Publishers and consumers must say the same, or the broker refuses. */
export interface QueueDeclaration {
  readonly queue: string;
  readonly durable: true;
  readonly arguments: Readonly<Record<string, string | number>>;
}

/** The broker's name of a queue. The prefix keeps meshes apart that share a broker. */
export function brokerName(prefix: string, queue: QueueName): string {
  return `${prefix}.${queue}`;
}

/**
 * Quorum queues. A full queue refuses (the publisher sees a NACK and tries again) and drops nothing;
 * that is also what dead lettering at least once demands.
 */
export function declarationOf(prefix: string, queue: QueueName): QueueDeclaration {
  const toDeadLetters = {
    "x-dead-letter-exchange": "",
    "x-dead-letter-routing-key": brokerName(prefix, "dead-letters"),
    "x-dead-letter-strategy": "at-least-once",
  };
  return {
    queue: brokerName(prefix, queue),
    durable: true,
    arguments: {
      "x-queue-type": "quorum",
      "x-max-length": MAX_MESSAGES,
      "x-overflow": "reject-publish",
      "x-delivery-limit": DELIVERY_LIMIT,
      ...(queue !== "dead-letters" && toDeadLetters),
    },
  };
}
