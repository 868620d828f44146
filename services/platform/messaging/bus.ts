/**
 * The event bus as its users see it: topics with a durable queue for each subscriber, and queues without a
 * topic. At least once; no order promised.
 */
import type { Destination, QueueName } from "./topics.ts";

export type { Destination, QueueName };

/** What became of a message. A dropped one goes to the dead-letter queue with its reason. */
export type Outcome =
  | { readonly kind: "ack" }
  | { readonly kind: "requeue" }
  | { readonly kind: "drop"; readonly reason: string };

export const ACK: Outcome = { kind: "ack" };
export const REQUEUE: Outcome = { kind: "requeue" };

export interface BusMessage {
  readonly payload: Uint8Array;
  /** How often it was delivered before, as far as the engine knows. */
  readonly redeliveryCount: number;
}

export interface ConsumeOptions {
  /** Unsettled messages at most. */
  readonly prefetch: number;
}

export interface Consumer {
  /** Stops taking messages and resolves when those in hand are settled. */
  close(): Promise<void>;
}

export interface QueueDepth {
  readonly queue: QueueName;
  readonly ready: number;
  readonly unsettled: number;
}

export interface EventBus {
  /** Resolves when every payload is durable in all queues it belongs into; rejects when that is not certain. */
  publish(destination: Destination, payloads: readonly Uint8Array[]): Promise<void>;
  /**
   * Starts a consumer that survives restarts of the bus by itself. `handle` must not throw. The queue of a
   * subscriber that comes for the first time takes what is published from then on.
   */
  consume(
    queue: QueueName,
    options: ConsumeOptions,
    handle: (message: BusMessage) => Promise<Outcome>,
  ): Consumer;
  /** What waits, for metrics and for tests that drain. */
  depths(): Promise<readonly QueueDepth[]>;
  close(): Promise<void>;
}
