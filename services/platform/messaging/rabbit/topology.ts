import type { Destination, QueueName } from "../bus.ts";
import {
  isRequired,
  isTopic,
  MAX_OPTIONAL_MESSAGES,
  MAX_QUEUE_MESSAGES,
  queueStoredAs,
  REQUIRED_QUEUES,
  SUBSCRIPTION_LIFE_MS,
  storedNameOf,
  TOPICS,
  WORK_QUEUES,
} from "../topics.ts";

/** Every queue that is there from the start, on every broker. */
export const ALL_QUEUES: readonly QueueName[] = [...REQUIRED_QUEUES, ...WORK_QUEUES];

/**
 * Never reached by honest means: a worker keeps a message while its targets are down, and gives it back
 * only when it closes or dies, which must not count against the message. But RabbitMQ 4 has a limit of
 * 20 unless told otherwise, and 3.x knows no word for "none".
 */
const DELIVERY_LIMIT = 1_000_000;
/** The first RabbitMQ whose quorum queues hold back what a consumer returned. */
const DELAYED_RETRY_SINCE = [4, 3] as const;
const RETRY_MIN_MS = 1_000;
const RETRY_MAX_MS = 60_000;

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
  return `${prefix}.${storedNameOf(queue)}`;
}

/** The queue that has this name at the broker; the prefix may have dots of its own. */
export function queueOfBrokerName(prefix: string, name: string): QueueName | undefined {
  return name.startsWith(`${prefix}.`) ? queueStoredAs(name.slice(prefix.length + 1)) : undefined;
}

/** The topic exchange; routing keys are the topics. */
export function exchangeName(prefix: string): string {
  return `${prefix}.topics`;
}

/** How to send to a destination: through the exchange, or straight into a queue. */
export function routeTo(prefix: string, destination: Destination) {
  if (!isTopic(destination)) {
    return { exchange: "", routingKey: brokerName(prefix, destination), mandatory: true };
  }
  // A topic that nobody subscribed is no fault.
  const mandatory = REQUIRED_QUEUES.some((queue) => queue.startsWith(`${destination}.`));
  return { exchange: exchangeName(prefix), routingKey: destination, mandatory };
}

export function declarationOf(prefix: string, queue: QueueName): QueueDeclaration {
  return {
    queue: brokerName(prefix, queue),
    durable: true,
    arguments: { "x-queue-type": "quorum" },
  };
}

/** Whether quorum queues of this version ("4.3.1") delay what is returned, when a policy asks for it. */
export function delaysRetries(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [sinceMajor, sinceMinor] = DELAYED_RETRY_SINCE;
  return major > sinceMajor || (major === sinceMajor && minor >= sinceMinor);
}

/**
 * The limits. A full queue refuses (the publisher sees a NACK and tries again) and drops nothing; that
 * is also what dead lettering at least once demands. But for subscribers that are not required: theirs lose
 * the oldest, and the queue itself when it is not used for a week. In arguments limits would be frozen: a
 * broker refuses to declare a queue that is there with another value.
 */
export function policiesOf(prefix: string, version = "3.10"): readonly QueuePolicy[] {
  const limits = {
    "max-length": MAX_QUEUE_MESSAGES,
    overflow: "reject-publish",
    "delivery-limit": DELIVERY_LIMIT,
  };
  const toDeadLetters = {
    "dead-letter-exchange": "",
    "dead-letter-routing-key": brokerName(prefix, "dead-letters"),
    "dead-letter-strategy": "at-least-once",
  };
  const retries = delaysRetries(version) && {
    "delayed-retry-type": "all",
    "delayed-retry-min": RETRY_MIN_MS,
    "delayed-retry-max": RETRY_MAX_MS,
  };
  const literal = prefix.replaceAll(".", "[.]");
  const required = ALL_QUEUES.filter((queue) => isRequired(queue) && queue !== "dead-letters");
  const policy = (name: string, names: string, definition: QueuePolicy["definition"]) => ({
    name: `${prefix}-${name}`,
    pattern: `^${literal}[.]${names}$`,
    definition,
  });
  return [
    policy("queues", `(${required.map(storedNameOf).join("|")})`, {
      ...limits,
      ...toDeadLetters,
      ...retries,
    }),
    policy("subscribers", `(${TOPICS.join("|")})[.][a-z0-9-]+`, {
      "max-length": MAX_OPTIONAL_MESSAGES,
      overflow: "drop-head",
      "delivery-limit": DELIVERY_LIMIT,
      expires: SUBSCRIPTION_LIFE_MS,
      ...retries,
    }),
    policy("dead-letters", "dead-letters", limits),
  ];
}
