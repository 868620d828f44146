import { EventQueue, MAX_KIND } from "./event-queue.ts";

/** What happens to the part of the model that this event is for. */
export type Handler = (index: number, value: number) => void;

/** The course of events: virtual time, in us, and who handles what. */
export class Events {
  /** us. */
  now: number;
  handled = 0;
  readonly #queue = new EventQueue();
  readonly #handlers: Handler[] = [];

  constructor(startMicros = 0) {
    this.now = startMicros;
  }

  /** A new kind of event, by number, for `at`. */
  kind(handler: Handler): number {
    if (this.#handlers.length > MAX_KIND) throw new RangeError(`more than ${MAX_KIND} kinds`);
    return this.#handlers.push(handler) - 1;
  }

  /** At `time`, or now when that is over. */
  at(time: number, kind: number, index = 0, value = 0): void {
    this.#queue.add(time > this.now ? time : this.now, kind, index, value);
  }

  /** Everything up to `untilMicros`, which is then the time. */
  run(untilMicros: number): void {
    const queue = this.#queue;
    const handlers = this.#handlers;
    while (queue.nextTime <= untilMicros && queue.take()) {
      this.now = queue.time;
      this.handled++;
      handlers[queue.kind](queue.index, queue.value);
    }
    this.now = untilMicros;
  }
}
