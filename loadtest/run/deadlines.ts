/** Something that ends when its time comes, unless it was over before. */
interface Due {
  readonly deadlineMicros: number;
  readonly over: boolean;
}

/**
 * Deadlines of one operation, all equally long: they fall due in the order they were set, so the first is
 * always the next, and a timer a call is not needed.
 */
export class Deadlines<T extends Due> {
  #queue: T[] = [];
  #head = 0;

  push(item: T): void {
    this.#queue.push(item);
  }

  /** The next whose time has come; undefined when there is none. */
  takeDue(nowMicros: number): T | undefined {
    while (this.#head < this.#queue.length) {
      const first = this.#queue[this.#head];
      if (!first.over && first.deadlineMicros > nowMicros) return undefined;
      this.#head++;
      this.#trim();
      if (!first.over) return first;
    }
    return undefined;
  }

  #trim(): void {
    const MANY = 1_024;
    if (this.#head < MANY || this.#head * 2 < this.#queue.length) return;
    this.#queue = this.#queue.slice(this.#head);
    this.#head = 0;
  }
}
