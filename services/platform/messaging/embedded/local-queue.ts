import { internal, resourceExhausted, unavailable } from "../../grpc/errors/errors.ts";
import type { QueueName } from "../bus.ts";
import type { QueueStore } from "./queue-store.ts";
import { ReturnedMessages } from "./returned-messages.ts";

/** One message on its way to a subscriber; `tag` names it there. */
export interface QueueDelivery {
  readonly tag: number;
  readonly payload: Uint8Array;
  readonly redeliveryCount: number;
}

export interface Subscriber {
  /** Unsettled messages at most. */
  readonly prefetch: number;
  /** Takes messages; must not throw. */
  deliver(batch: readonly QueueDelivery[]): void;
  /** The bus closed: nothing more will come. */
  ended(): void;
}

export interface Subscription {
  /** Acked messages leave the queue, requeued ones are delivered again. Resolves once durable. */
  settle(acks: readonly number[], requeues: readonly number[]): Promise<void>;
  /** What is not settled is delivered again, to whoever subscribes. */
  close(): void;
}

export interface QueueLimits {
  /** Not yet acked. */
  readonly maxMessages: number;
  /** With it, a queue that is full drops its oldest and says how many; without it, it refuses. */
  readonly onDropped?: (count: number) => void;
}

interface Member {
  readonly subscriber: Subscriber;
  readonly unsettled: Map<number, number>;
}

/** Messages a subscriber gets at once: enough to spread the cost of a stream message, small enough to share. */
const MAX_BATCH = 256;
const RETRY_FULL_QUEUE_AFTER_MS = 1_000;

/**
 * A durable queue in this process. The store has every message that is not acked; this class has
 * only what is handed out, and a cursor: all messages below it were handed out by this process. So
 * a delivery never looks at acked ones, and after a restart everything stored is delivered again.
 */
export class LocalQueue {
  readonly name: QueueName;
  readonly #store: QueueStore;
  readonly #limits: QueueLimits;
  /** In the order of their next turn. */
  #members: Member[] = [];
  #returned = new ReturnedMessages();
  #cursor = 0;
  #lastDurable: number;
  #stored: number;
  #unsettled = 0;
  #beingStored = 0;
  #closed = false;

  constructor(name: QueueName, store: QueueStore, limits: QueueLimits) {
    this.name = name;
    this.#store = store;
    this.#limits = limits;
    this.#stored = store.atStart.count;
    this.#lastDurable = store.atStart.lastSequence;
  }

  get depth(): { ready: number; unsettled: number; consumers: number } {
    const consumers = this.#members.length;
    return { ready: this.#stored - this.#unsettled, unsettled: this.#unsettled, consumers };
  }

  /** Throws RESOURCE_EXHAUSTED when so many more would be too many, and none may be dropped for them. */
  checkRoom(count: number): void {
    if (this.#closed) throw unavailable(`queue ${this.name} is closing`);
    if (this.#excess(count) <= 0 || this.#limits.onDropped !== undefined) return;
    const message = `queue ${this.name} is full: it holds at most ${this.#limits.maxMessages} messages`;
    throw resourceExhausted(message, RETRY_FULL_QUEUE_AFTER_MS);
  }

  /** Throws RESOURCE_EXHAUSTED when the queue is full; one that may drop drops its oldest for these. */
  async publish(payloads: readonly Uint8Array[]): Promise<void> {
    this.checkRoom(payloads.length);
    if (payloads.length === 0) return;
    const excess = this.#excess(payloads.length);
    if (excess > 0) this.#dropOldest(excess);
    this.#beingStored += payloads.length;
    try {
      const last = await this.#store.append(payloads);
      this.#stored += payloads.length;
      this.#lastDurable = Math.max(this.#lastDurable, last);
    } finally {
      this.#beingStored -= payloads.length;
    }
    this.#pump();
  }

  subscribe(subscriber: Subscriber): Subscription {
    if (this.#closed) throw unavailable(`queue ${this.name} is closing`);
    const member: Member = { subscriber, unsettled: new Map() };
    this.#members.push(member);
    // The caller gets its subscription before the first delivery.
    queueMicrotask(() => this.#pump());
    return {
      settle: (acks, requeues) => this.#settle(member, acks, requeues),
      close: () => this.#leave(member),
    };
  }

  /** Ends every subscription. Publishing and subscribing fail from now on. */
  close(): void {
    this.#closed = true;
    for (const member of [...this.#members]) {
      this.#leave(member);
      member.subscriber.ended();
    }
  }

  async #settle(
    member: Member,
    acks: readonly number[],
    requeues: readonly number[],
  ): Promise<void> {
    const removed = acks.filter((tag) => member.unsettled.delete(tag));
    this.#unsettled -= removed.length;
    this.#stored -= removed.length;
    for (const tag of requeues) this.#takeBack(member, tag);
    this.#pump();
    if (removed.length > 0) await this.#store.remove(removed);
  }

  #excess(count: number): number {
    return this.#stored + this.#beingStored + count - this.#limits.maxMessages;
  }

  /** Of those that nobody has in hand. */
  #dropOldest(count: number): void {
    const oldest = this.#take(count).map(({ tag }) => tag);
    if (oldest.length === 0) return;
    this.#stored -= oldest.length;
    this.#limits.onDropped?.(oldest.length);
    // Should it not be removed it is delivered after the next start: no harm.
    this.#store.remove(oldest).catch(() => {});
  }

  #takeBack(member: Member, tag: number): void {
    const redeliveryCount = member.unsettled.get(tag);
    if (redeliveryCount === undefined) return;
    member.unsettled.delete(tag);
    this.#unsettled--;
    this.#returned.add(tag, redeliveryCount + 1);
  }

  #leave(member: Member): void {
    this.#members = this.#members.filter((other) => other !== member);
    for (const tag of [...member.unsettled.keys()]) this.#takeBack(member, tag);
    this.#pump();
  }

  /** Hands out what there is, in turns, as far as subscribers have room. */
  #pump(): void {
    for (let member = this.#nextWithRoom(); member !== undefined; member = this.#nextWithRoom()) {
      const room = member.subscriber.prefetch - member.unsettled.size;
      const batch = this.#take(Math.min(room, MAX_BATCH));
      if (batch.length === 0) return;
      for (const { tag, redeliveryCount } of batch) member.unsettled.set(tag, redeliveryCount);
      this.#unsettled += batch.length;
      member.subscriber.deliver(batch);
    }
  }

  /** The subscriber whose turn it is; its next turn comes after all others'. */
  #nextWithRoom(): Member | undefined {
    const index = this.#members.findIndex(
      ({ subscriber, unsettled }) => unsettled.size < subscriber.prefetch,
    );
    if (index === -1) return undefined;
    const [member] = this.#members.splice(index, 1);
    this.#members.push(member);
    return member;
  }

  #take(limit: number): QueueDelivery[] {
    const batch = this.#returned.take(limit).map(({ tag, redeliveryCount }) => {
      const [message] = this.#store.read(tag, tag, 1);
      if (message === undefined) throw internal(`queue ${this.name} lost message ${tag}`);
      return { tag, payload: message.payload, redeliveryCount };
    });
    if (batch.length === limit || this.#cursor > this.#lastDurable) return batch;
    for (const message of this.#store.read(this.#cursor, this.#lastDurable, limit - batch.length)) {
      batch.push({ tag: message.sequence, payload: message.payload, redeliveryCount: 0 });
      this.#cursor = message.sequence + 1;
    }
    if (batch.length < limit) this.#cursor = this.#lastDurable + 1;
    return batch;
  }
}
