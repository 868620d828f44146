import { invariant } from "../../../model/invariant.ts";

/** How soon a fill is wanted: somebody waits for the first page, or nobody does. */
export type Urgency = "first-page" | "background";

export interface FillQueueLimits {
  readonly maxRunning: number;
  readonly maxQueued: number;
}

/** A fill on its way. It may stand in both lines, once promoted; whoever takes it first has it. */
interface Waiting {
  readonly run: () => Promise<void>;
  readonly refuse: () => void;
  isTaken: boolean;
}

export interface Scheduled {
  /** Resolves or rejects as the work does; rejects with FillRefused when there is no room for it. */
  readonly done: Promise<void>;
  /** Somebody waits for it by now: if it has not begun, it goes with the first pages. */
  promote(): void;
}

/** There was no room for the fill, or it made room for a more urgent one. */
export class FillRefused extends Error {
  override readonly name = "FillRefused";
}

/**
 * Fills that wait for their turn: few run at a time, first pages before the rest, each in the order in which
 * they came. It holds so many and no more: a first page takes the place of the newest that nobody waits
 * for; what finds no place is refused at once.
 */
export class FillQueue {
  readonly #limits: FillQueueLimits;
  readonly #lines: Readonly<Record<Urgency, Line>> = {
    "first-page": new Line(),
    background: new Line(),
  };
  #running = 0;
  #queued = 0;
  #isClosed = false;
  #idle: (() => void)[] = [];

  constructor(limits: FillQueueLimits) {
    this.#limits = limits;
  }

  get running(): number {
    return this.#running;
  }

  get queued(): number {
    return this.#queued;
  }

  schedule(urgency: Urgency, work: () => Promise<void>): Scheduled {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const refuse = () => reject(new FillRefused());
    const run = () => work().then(resolve, reject);
    const waiting: Waiting = { run, refuse, isTaken: false };
    if (this.#isClosed || !this.#hasRoom(urgency)) {
      waiting.isTaken = true;
      refuse();
    } else {
      this.#queued++;
      this.#lines[urgency].add(waiting);
      this.#startNext();
    }
    const promote = () => {
      if (urgency === "background" && !waiting.isTaken) this.#lines["first-page"].add(waiting);
    };
    return { done: promise, promote };
  }

  /** Refuses what waits, and resolves when what runs has ended. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const line of Object.values(this.#lines)) {
      for (let waiting = line.take(); waiting; waiting = line.take()) this.#refuse(waiting);
    }
    if (this.#running > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  #hasRoom(urgency: Urgency): boolean {
    const { maxRunning, maxQueued } = this.#limits;
    if (this.#running < maxRunning || this.#queued < maxQueued) return true;
    if (urgency === "background") return false;
    const displaced = this.#lines.background.takeNewest();
    if (displaced) this.#refuse(displaced);
    return displaced !== undefined;
  }

  #refuse(waiting: Waiting): void {
    this.#queued--;
    waiting.refuse();
  }

  #startNext(): void {
    while (this.#running < this.#limits.maxRunning) {
      const next = this.#lines["first-page"].take() ?? this.#lines.background.take();
      if (!next) return;
      this.#queued--;
      this.#running++;
      void next.run().finally(() => this.#ended());
    }
  }

  #ended(): void {
    this.#running--;
    invariant(this.#running >= 0, "no fill ends twice");
    this.#startNext();
    if (this.#running > 0) return;
    for (const wake of this.#idle.splice(0)) wake();
  }
}

/** First in, first out, and the newest by need: constant time each, however long it is. */
class Line {
  #items: (Waiting | undefined)[] = [];
  #head = 0;

  add(waiting: Waiting): void {
    this.#items.push(waiting);
  }

  take(): Waiting | undefined {
    while (this.#head < this.#items.length) {
      const first = this.#items[this.#head];
      this.#items[this.#head++] = undefined;
      if (this.#head * 2 > this.#items.length) {
        this.#items = this.#items.slice(this.#head);
        this.#head = 0;
      }
      if (first && claim(first)) return first;
    }
    return undefined;
  }

  takeNewest(): Waiting | undefined {
    while (this.#head < this.#items.length) {
      const newest = this.#items.pop();
      if (newest && claim(newest)) return newest;
    }
    return undefined;
  }
}

/** False when it was taken already, from the other line. */
function claim(waiting: Waiting): boolean {
  if (waiting.isTaken) return false;
  waiting.isTaken = true;
  return true;
}
