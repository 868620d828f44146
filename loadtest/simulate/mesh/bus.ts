import type { Events } from "../kernel/events.ts";
import { MessageRing } from "../kernel/message-ring.ts";
import { QueueMeter } from "../kernel/queue-meter.ts";
import type { Sampler } from "../kernel/sampler.ts";
import { REDELIVERED } from "./bundles.ts";

export interface BusQueueOptions {
  readonly workers: number;
  /** Messages a worker holds at most. */
  readonly prefetch: number;
  /** Handed to one worker before the next has its turn. */
  readonly messagesAtOnce: number;
  readonly maxMessages: number;
  readonly hop: Sampler;
}

/** A durable queue with its consumers: bounded, handed out in turns, given back when they die. */
export class BusQueue {
  readonly ready = new QueueMeter();
  readonly inHand = new QueueMeter();
  redeliveries = 0;
  /** Messages on their way to each worker, or there and not begun. */
  readonly inboxes: readonly MessageRing[];
  /** Connections are lost, and nothing is taken; or they are there, and nothing comes. */
  isDown = false;
  isPaused = false;
  /** The kind of event that tells a worker of `value` more messages. */
  received = -1;
  readonly #events: Events;
  readonly #options: BusQueueOptions;
  readonly #waiting = new MessageRing();
  readonly #returned = new MessageRing();
  readonly #unsettled: Int32Array;
  readonly #away: Uint8Array;
  readonly #handedOut: Int32Array;
  #turn = 0;

  constructor(events: Events, options: BusQueueOptions) {
    this.#events = events;
    this.#options = options;
    this.inboxes = Array.from({ length: options.workers }, () => new MessageRing());
    this.#unsettled = new Int32Array(options.workers);
    this.#away = new Uint8Array(options.workers);
    this.#handedOut = new Int32Array(options.workers);
  }

  get size(): number {
    return this.#waiting.size + this.#returned.size;
  }

  hasRoom(count: number): boolean {
    return this.size + this.inHand.held + count <= this.#options.maxMessages;
  }

  /** Of a message that is confirmed now. `pump` hands it out. */
  push(at: number, friends: number, flags: number): void {
    this.#waiting.push(at, friends, flags);
    this.ready.enter(this.#events.now);
  }

  /** Hands out what there is, as far as workers have room. */
  pump(): void {
    const { workers, prefetch, messagesAtOnce, hop } = this.#options;
    if (this.isDown || this.isPaused || this.size === 0) return;
    for (let tried = 0; tried < workers && this.size > 0; ) {
      const worker = this.#turn;
      this.#turn = worker + 1 === workers ? 0 : worker + 1;
      const room = this.#away[worker] === 1 ? 0 : prefetch - this.#unsettled[worker];
      if (room <= 0) tried++;
      else {
        this.#give(worker, Math.min(room, messagesAtOnce, this.size));
        tried = 0;
      }
    }
    for (let worker = 0; worker < workers; worker++) {
      const count = this.#handedOut[worker];
      if (count === 0) continue;
      this.#handedOut[worker] = 0;
      this.#events.at(this.#events.now + hop.draw(), this.received, worker, count);
    }
  }

  /** Done with: the worker has room again. */
  settle(worker: number, count: number): void {
    this.#unsettled[worker] -= count;
    this.inHand.leave(this.#events.now, count);
  }

  /** A message of a consumer that is gone: it is handed out again, before all others. */
  giveBack(worker: number, at: number, friends: number, flags: number): void {
    this.settle(worker, 1);
    this.#returned.push(at, friends, flags | REDELIVERED);
    this.ready.enter(this.#events.now);
  }

  leave(worker: number): void {
    this.#away[worker] = 1;
  }

  join(worker: number): void {
    this.#away[worker] = 0;
    this.pump();
  }

  #give(worker: number, count: number): void {
    const again = Math.min(count, this.#returned.size);
    const inbox = this.inboxes[worker];
    this.#returned.moveTo(inbox, again);
    this.#waiting.moveTo(inbox, count - again);
    this.redeliveries += again;
    this.#unsettled[worker] += count;
    this.#handedOut[worker] += count;
    this.ready.leave(this.#events.now, count);
    this.inHand.enter(this.#events.now, count);
  }
}
