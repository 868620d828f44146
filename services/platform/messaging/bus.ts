/** The event bus as its users see it: named durable queues, at least once, no order promised. */

/** What became of a message. A dropped one goes to the dead-letter queue with its reason. */
export type Outcome =
  | { readonly kind: "ack" }
  | { readonly kind: "requeue" }
  | { readonly kind: "drop"; readonly reason: string };

export const ACK: Outcome = { kind: "ack" };
export const REQUEUE: Outcome = { kind: "requeue" };

/** The queues that exist. On the embedded bus each lives in the store of the service that fills it. */
export type QueueName = "posts" | "chunks" | "friends" | "dead-letters";

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
  /** Resolves when every payload is durable on the bus; rejects when that is not certain. */
  publish(queue: QueueName, payloads: readonly Uint8Array[]): Promise<void>;
  /** Starts a consumer that survives restarts of the bus by itself. `handle` must not throw. */
  consume(
    queue: QueueName,
    options: ConsumeOptions,
    handle: (message: BusMessage) => Promise<Outcome>,
  ): Consumer;
  /** What waits, for metrics and for tests that drain. */
  depths(): Promise<readonly QueueDepth[]>;
  close(): Promise<void>;
}
