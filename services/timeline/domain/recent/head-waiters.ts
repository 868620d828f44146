import type { LogHeads } from "../../ports.ts";

interface Waiter {
  readonly resolve: () => void;
  /** What must be read; undefined until the next look. */
  heads: LogHeads | undefined;
}

/** Who waits until all is read that the log had after they came. */
export class HeadWaiters {
  #waiting: Waiter[] = [];

  /** Whether somebody came since the heads were read last. */
  get areAsked(): boolean {
    return this.#waiting.some(({ heads }) => heads === undefined);
  }

  wait(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push({ resolve, heads: undefined }));
  }

  /** Before the heads are asked for: what comes of it is for those who wait by now. */
  asking(): (heads: LogHeads, reached: () => void) => void {
    const waiting = this.#waiting.filter(({ heads }) => heads === undefined);
    return (heads, reached) => {
      for (const waiter of waiting) waiter.heads = heads;
      this.#waiting.push({ heads, resolve: reached });
    };
  }

  settle(isThrough: (heads: LogHeads) => boolean): void {
    this.#waiting = this.#waiting.filter(({ heads, resolve }) => {
      const isDone = heads !== undefined && isThrough(heads);
      if (isDone) resolve();
      return !isDone;
    });
  }

  close(): void {
    for (const { resolve } of this.#waiting.splice(0)) resolve();
  }
}
