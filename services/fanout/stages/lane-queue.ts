import { HeldTooLong, type LaneOptions } from "./lane-options.ts";

export interface LaneEntry<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
  /** Monotonic ms. */
  readonly untilMs: number;
  /** It was in a call that failed, perhaps because of it: it travels alone. */
  alone: boolean;
  failures: number;
  /** Calls of it alone in which the target failed, in a row; and how many others had answers by then. */
  faults: number;
  answersBefore: number;
}

type QueueOptions<Item, Result> = Pick<
  LaneOptions<Item, Result>,
  "maxItems" | "maxWeight" | "weigh" | "clock"
>;

/** What waits for the target of a lane, in order. */
export class LaneQueue<Item, Result> {
  readonly #options: QueueOptions<Item, Result>;
  readonly #closing: AbortSignal;
  #waiting: LaneEntry<Item, Result>[] = [];
  #giveBackMs = Number.POSITIVE_INFINITY;

  /** Once `closing`, what comes is given back with its reason. */
  constructor(options: QueueOptions<Item, Result>, closing: AbortSignal) {
    this.#options = options;
    this.#closing = closing;
  }

  get size(): number {
    return this.#waiting.length;
  }

  /** Whether what waits is a whole batch. */
  get isFull(): boolean {
    const { maxItems, maxWeight = Infinity, weigh = () => 0 } = this.#options;
    if (this.#waiting.length >= maxItems) return true;
    let weight = 0;
    return this.#waiting.some(({ item }) => {
      weight += weigh(item);
      return weight >= maxWeight;
    });
  }

  put(entries: readonly LaneEntry<Item, Result>[], where: "front" | "back" = "back"): void {
    if (where === "front") this.#waiting.unshift(...entries);
    else this.#waiting.push(...entries);
    const { aborted, reason } = this.#closing;
    if (aborted) this.evict(reason);
    else for (const { untilMs } of entries) this.#giveBackAt(untilMs);
  }

  evict(reason: unknown): void {
    for (const entry of this.#waiting.splice(0)) entry.reject(reason);
  }

  /** Of `maxItems` at most; what travels alone is a batch by itself. */
  takeBatch(maxItems: number): LaneEntry<Item, Result>[] {
    const { maxWeight = Infinity, weigh = () => 0 } = this.#options;
    let count = 0;
    for (let weight = 0; count < this.#waiting.length && count < maxItems; count++) {
      const { item, alone } = this.#waiting[count];
      weight += weigh(item);
      if (count > 0 && (alone || weight > maxWeight)) break;
      if (alone) return this.#waiting.splice(0, 1);
    }
    return this.#waiting.splice(0, count);
  }

  /** Only a target that fails makes items wait for so long. */
  giveBackOld(): void {
    const nowMs = this.#options.clock.monotonicMs();
    const isOld = ({ untilMs }: LaneEntry<Item, Result>) => untilMs <= nowMs;
    if (!this.#waiting.some(isOld)) return;
    for (const entry of this.#waiting) if (isOld(entry)) entry.reject(new HeldTooLong());
    this.#waiting = this.#waiting.filter((entry) => !isOld(entry));
  }

  /** Also while a call hangs, behind which everything waits. */
  #giveBackAt(untilMs: number): void {
    if (untilMs >= this.#giveBackMs) return;
    this.#giveBackMs = untilMs;
    const { clock } = this.#options;
    const isOver = () => {
      if (this.#giveBackMs === untilMs) this.#giveBackMs = Number.POSITIVE_INFINITY;
      this.giveBackOld();
      for (const entry of this.#waiting) this.#giveBackAt(entry.untilMs);
    };
    const ms = Math.max(0, untilMs - clock.monotonicMs());
    clock.delay(ms, this.#closing).then(isOver, () => {});
  }
}
