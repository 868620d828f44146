/** One call's work on a shard, waiting for its turn. */
export interface Waiting {
  /** What it counts for: the orders of a call. */
  readonly weight: number;
  /** Unix ms: later it is not begun. */
  readonly deadlineMs: number;
  /** When it came, monotonic ms. */
  readonly arrivedMs: number;
  readonly run: () => void;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** First come, first served, up to a bound. */
export class WaitingLine {
  readonly #maxWeight: number;
  #line: Waiting[] = [];
  #weight = 0;

  constructor(maxWeight: number) {
    this.#maxWeight = maxWeight;
  }

  get weight(): number {
    return this.#weight;
  }

  get isEmpty(): boolean {
    return this.#line.length === 0;
  }

  /** False: the line is full. An empty line takes anything. */
  join(one: Waiting): boolean {
    if (this.#weight > 0 && this.#weight + one.weight > this.#maxWeight) return false;
    this.#line.push(one);
    this.#weight += one.weight;
    return true;
  }

  /** The first of the line, as many as weigh `maxWeight` together, at least one. */
  take(maxWeight: number): readonly Waiting[] {
    let count = 0;
    let weight = 0;
    while (count < this.#line.length) {
      const next = this.#line[count].weight;
      if (count > 0 && weight + next > maxWeight) break;
      weight += next;
      count++;
    }
    this.#weight -= weight;
    if (count === this.#line.length) {
      const all = this.#line;
      this.#line = [];
      return all;
    }
    return this.#line.splice(0, count);
  }
}
