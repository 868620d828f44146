import type { Dice } from "./dice.ts";

const realImmediate = globalThis.setImmediate;
const MAX_TIMER_MS = 1;

interface Task {
  readonly run: () => void;
}

/**
 * The event loop of the simulated machines. While installed, `setImmediate` and `setTimeout(.., 0)`
 * queue here, and the dice say whose turn is next: that is where orders come from. Real timers would
 * let the machine that runs the test decide, so there are none. Longer waits go through ManualClock.
 */
export class Turns implements Disposable {
  readonly #tasks: Task[] = [];
  readonly #dice: Dice;
  /** How far ahead of the queue's head a task may be drawn; 1: first come, first served. */
  readonly #reach: number;
  readonly #originals = {
    setImmediate: globalThis.setImmediate,
    clearImmediate: globalThis.clearImmediate,
    setTimeout: globalThis.setTimeout,
    clearTimeout: globalThis.clearTimeout,
  };

  constructor(dice: Dice, reach: number) {
    this.#dice = dice;
    this.#reach = reach;
  }

  install(): this {
    const queue = (callback: (...args: unknown[]) => void, args: unknown[]): Task => {
      const task = { run: () => callback(...args) };
      this.#tasks.push(task);
      return task;
    };
    const cancel = (task: unknown) => {
      const at = this.#tasks.indexOf(task as Task);
      if (at >= 0) this.#tasks.splice(at, 1);
    };
    const fakes = {
      setImmediate: (callback: () => void, ...args: unknown[]) => queue(callback, args),
      setTimeout: (callback: () => void, ms = 0, ...args: unknown[]) => {
        if (ms > MAX_TIMER_MS) throw new Error(`a real timer of ${ms} ms: use the clock`);
        return queue(callback, args);
      },
      clearImmediate: cancel,
      clearTimeout: cancel,
    };
    Object.assign(globalThis, fakes);
    return this;
  }

  /** The end of a turn: comes after whatever the dice put before it. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#tasks.push({ run: resolve });
    });
  }

  /** Lets up to `most` tasks have their turn; gives how many had. Stops early when nothing is left. */
  async run(most: number): Promise<number> {
    for (let ran = 0; ran < most; ran++) {
      if (this.#tasks.length === 0) return ran;
      const at = this.#dice.below(Math.min(this.#reach, this.#tasks.length));
      this.#tasks.splice(at, 1)[0].run();
      await microtasks();
    }
    return most;
  }

  [Symbol.dispose](): void {
    Object.assign(globalThis, this.#originals);
  }
}

/** A turn of the real loop runs every microtask, however long the chain. */
function microtasks(): Promise<void> {
  return new Promise((resolve) => realImmediate(resolve));
}
