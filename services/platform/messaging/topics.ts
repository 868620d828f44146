/**
 * Topics, and the durable queues that hang on them: one for each subscriber. What is published on a topic is
 * in all its queues before the publisher is told so.
 */
export const TOPICS = ["posts", "edges", "people", "reactions", "erasures"] as const;
export type Topic = (typeof TOPICS)[number];

/** The queue of one subscriber of a topic: "posts.growth". */
export type SubscriberQueue = `${Topic}.${string}`;
/** What an owner of timelines can't take now waits in one of these, so that owners wait apart. */
export const PARKED_QUEUES = ["parked-0", "parked-1", "parked-2", "parked-3"] as const;
/** Queues without a topic: what one service sends to itself, and what was given up. */
export const WORK_QUEUES = ["chunks", ...PARKED_QUEUES, "dead-letters"] as const;
export type WorkQueue = (typeof WORK_QUEUES)[number];
export type QueueName = WorkQueue | SubscriberQueue;
/** Where something can be published: to all subscribers of a topic, or into one queue. */
export type Destination = Topic | QueueName;

/**
 * Who must miss nothing. Their queues are there before they first come, are kept however long they are
 * away, and refuse when they are full: the publisher waits. All others subscribe when they first come.
 */
export const REQUIRED_QUEUES = ["posts.fanout", "edges.fanout"] as const satisfies QueueName[];

/** Of each queue, messages that are not acked: two days of a full mesh's posts. */
export const MAX_QUEUE_MESSAGES = 10_000_000;
/** Of a subscriber that is not required; then its oldest go, and are counted. */
export const MAX_OPTIONAL_MESSAGES = 1_000_000;
/** A subscriber that is not required and away for so long is one no more: it begins anew. */
export const SUBSCRIPTION_LIFE_MS = 7 * 86_400_000;
/** Of one topic. */
export const MAX_SUBSCRIBERS = 16;

const SUBSCRIBER = /^[a-z][a-z0-9-]{0,31}$/;

export interface Subscription {
  readonly topic: Topic;
  readonly subscriber: string;
}

/** What hangs on a topic, or undefined for a queue without one, or for no name of a queue. */
export function subscriptionOf(queue: string): Subscription | undefined {
  const dot = queue.indexOf(".");
  const topic = queue.slice(0, dot);
  const subscriber = queue.slice(dot + 1);
  return isTopic(topic) && SUBSCRIBER.test(subscriber) ? { topic, subscriber } : undefined;
}

export function isTopic(name: string): name is Topic {
  return TOPICS.some((topic) => topic === name);
}

export function isQueueName(name: string): name is QueueName {
  return WORK_QUEUES.some((queue) => queue === name) || subscriptionOf(name) !== undefined;
}

export function isRequired(queue: QueueName): boolean {
  return REQUIRED_QUEUES.some((name) => name === queue) || subscriptionOf(queue) === undefined;
}

/** Queues that were there before there were topics keep the names they had, at brokers and in files. */
const STORED_NAMES: ReadonlyMap<string, QueueName> = new Map([
  ["posts", "posts.fanout"],
  ["friends", "edges.fanout"],
]);

/** What a queue is called where it is kept. */
export function storedNameOf(queue: QueueName): string {
  for (const [stored, name] of STORED_NAMES) if (name === queue) return stored;
  return queue;
}

/** The queue that is kept by this name, also when an old dead letter has it. Undefined: there is none. */
export function queueStoredAs(stored: string): QueueName | undefined {
  const name = STORED_NAMES.get(stored) ?? stored;
  return isQueueName(name) ? name : undefined;
}

/** The destination in an outbox row, which may be one of before there were topics. */
export function destinationStoredAs(stored: string): Destination {
  return stored === "friends" ? "edges" : (stored as Destination);
}
