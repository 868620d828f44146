import type { Call, Done, Driver } from "../../drivers/driver.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** A server by its model: one queue in order of arrival, and workers that each take one call at a time. */
export interface QueueModel {
  readonly workers: number;
  readonly serviceMicros: number;
  /** What else it takes while so many wait: lock contention, garbage, cache misses. None by default. */
  readonly slowdown?: (waiting: number) => number;
  /** More than so many do not wait but are refused at once, as RESOURCE_EXHAUSTED. */
  readonly mostWaiting?: number;
  /** One call in so many is refused at once, whatever the load. None by default. */
  readonly shedsOneIn?: number;
  /** Whether it works on calls that nobody waits for any more, as many servers do. */
  readonly finishesAbandoned?: boolean;
}

const RESOURCE_EXHAUSTED = 8;

interface Waiting {
  readonly call: Call;
  readonly done: Done;
  started: boolean;
  abandoned: boolean;
}

/** One such server in virtual time. Without `slowdown`, and with random arrivals, it is an M/D/c queue. */
export class QueueServer {
  readonly #time: VirtualTime;
  readonly #model: QueueModel;
  readonly #queue: Waiting[] = [];
  readonly #calls = new Map<Call, Waiting>();
  #head = 0;
  #waiting = 0;
  #busy = 0;
  #busyMicros = 0;
  #came = 0;
  #idleSinceMicros = 0;

  constructor(time: VirtualTime, model: QueueModel) {
    this.#time = time;
    this.#model = model;
  }

  /** Calls that it will work on and has not begun. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Time that its workers worked, summed. */
  get busyMicros(): number {
    return this.#busyMicros;
  }

  /** When its last worker had nothing more to do. */
  get idleSinceMicros(): number {
    return this.#idleSinceMicros;
  }

  driver(): Driver {
    return {
      name: "model",
      capacity: Number.POSITIVE_INFINITY,
      send: (call, done) => {
        call.writtenMicros = this.#time.nowMicros();
        const { mostWaiting = Number.POSITIVE_INFINITY, shedsOneIn = 0 } = this.#model;
        const isShed = shedsOneIn > 0 && ++this.#came % shedsOneIn === 0;
        if (isShed || this.#waiting >= mostWaiting) {
          done(RESOURCE_EXHAUSTED, undefined);
          return;
        }
        const waiting = { call, done, started: false, abandoned: false };
        this.#calls.set(call, waiting);
        this.#queue.push(waiting);
        this.#waiting++;
        this.#startNext();
      },
      cancel: (call) => this.#abandon(call),
      close: () => undefined,
    };
  }

  #abandon(call: Call): void {
    const waiting = this.#calls.get(call);
    if (!waiting) return;
    waiting.abandoned = true;
    this.#calls.delete(call);
    if (!waiting.started && !this.#model.finishesAbandoned) this.#waiting--;
  }

  #startNext(): void {
    const { workers, serviceMicros, slowdown, finishesAbandoned } = this.#model;
    while (this.#busy < workers && this.#head < this.#queue.length) {
      const next = this.#queue[this.#head++];
      if (next.abandoned && !finishesAbandoned) continue;
      next.started = true;
      this.#waiting--;
      const takesMicros = serviceMicros * (slowdown?.(this.#waiting) ?? 1);
      this.#busy++;
      this.#time.at(this.#time.nowMicros() + takesMicros, () => this.#finish(next, takesMicros));
    }
  }

  #finish({ call, done, abandoned }: Waiting, takesMicros: number): void {
    this.#busy--;
    this.#busyMicros += takesMicros;
    this.#calls.delete(call);
    if (!abandoned) done(0, new Uint8Array());
    this.#idleSinceMicros = this.#time.nowMicros();
    this.#startNext();
  }
}
