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

/** How a queue is declared: its type alone, which is all that can never change. */
export interface QueueDeclaration {
  readonly queue: string;
  readonly durable: true;
  readonly arguments: { readonly "x-queue-type": "quorum" };
}

/** Limits of some queues at the broker, which an operator changes while they are in use. */
export interface QueuePolicy {
  readonly name: string;
  /** A regular expression over the queues' names. */
  readonly pattern: string;
  readonly definition: Readonly<Record<string, string | number>>;
}

/** The broker's name of a queue. The prefix keeps meshes apart that share a broker. */
export function brokerName(prefix: string, queue: QueueName): string {
  return `${prefix}.${queue}`;
}

export function declarationOf(prefix: string, queue: QueueName): QueueDeclaration {
  return {
    queue: brokerName(prefix, queue),
    durable: true,
    arguments: { "x-queue-type": "quorum" },
  };
}

/**
 * The limits. A full queue refuses (the publisher sees a NACK and tries again) and drops nothing; that
 * is also what dead lettering at least once demands. In arguments they would be frozen: a broker
 * refuses to declare a queue that is there with another value.
 */
export function policiesOf(prefix: string): readonly QueuePolicy[] {
  const limits = {
    "max-length": MAX_MESSAGES,
    overflow: "reject-publish",
    "delivery-limit": DELIVERY_LIMIT,
  };
  const toDeadLetters = {
    "dead-letter-exchange": "",
    "dead-letter-routing-key": brokerName(prefix, "dead-letters"),
    "dead-letter-strategy": "at-least-once",
  };
  const literal = prefix.replaceAll(".", "[.]");
  return [
    {
      name: `${prefix}-queues`,
      pattern: `^${literal}[.](posts|chunks|friends)$`,
      definition: { ...limits, ...toDeadLetters },
    },
    {
      name: `${prefix}-dead-letters`,
      pattern: `^${literal}[.]dead-letters$`,
      definition: limits,
    },
  ];
}
