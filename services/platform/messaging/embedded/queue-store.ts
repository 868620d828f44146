import type { QueueName } from "../bus.ts";

/** Where one embedded queue keeps its messages. */
export interface StoredMessage {
  /** Rises with each message of the queue; below 2^53. */
  readonly sequence: number;
  readonly payload: Uint8Array;
}

export interface QueueStore {
  /** What is stored when the process starts. */
  readonly atStart: { readonly count: number; readonly lastSequence: number };
  /** Adds messages behind the last; resolves, once they are durable, to the last sequence. */
  append(payloads: readonly Uint8Array[]): Promise<number>;
  /** Up to `limit` stored messages from `first` to `last`, both included, ascending. */
  read(first: number, last: number, limit: number): StoredMessage[];
  /** Removes messages; resolves once that is durable. */
  remove(sequences: readonly number[]): Promise<void>;
}

/** The queues of one process, and who has subscribed without being required. */
export interface QueueStorage {
  open(queue: QueueName): QueueStore;
  subscribers(): readonly { readonly queue: QueueName; readonly seenMs: number }[];
  /** The subscription is there, and in use at this time. */
  seen(queue: QueueName, nowMs: number): Promise<void>;
  /** Removes the subscription and all that its queue holds. */
  forget(queue: QueueName): Promise<void>;
}
