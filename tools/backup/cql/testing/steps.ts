import { setImmediate } from "node:timers/promises";

const WRITES = /^\s*(?:BEGIN BATCH\s+)?(?:INSERT INTO|UPDATE|DELETE FROM)\s+(\w+)/i;

interface Waiting {
  readonly table: string | undefined;
  readonly go: () => void;
}

/** The statements of one process, let go one at a time. */
export class Steps {
  readonly #isCopied: (table: string) => boolean;
  #waiting: Waiting[] = [];
  #isOpen = true;

  /** Only writes to tables that a backup has are steps; all else goes on at once. */
  constructor(isCopied: (table: string) => boolean) {
    this.#isCopied = isCopied;
  }

  readonly gate = (query: string): Promise<void> => {
    const table = WRITES.exec(query)?.[1];
    if (this.#isOpen || table === undefined || !this.#isCopied(table)) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push({ table, go: resolve });
    return promise;
  };

  /**
   * Does the work step by step: of several that wait, the one that `choose` says. `onStep` is told behind
   * each, and where the work had ended.
   */
  async run(
    work: () => Promise<unknown>,
    choose: (waiting: number) => number,
    onStep: () => Promise<void>,
  ): Promise<void> {
    this.#isOpen = false;
    let isDone = false;
    const working = work().finally(() => {
      isDone = true;
    });
    for (;;) {
      await setImmediate();
      if (isDone) break;
      const [next] = this.#waiting.splice(choose(this.#waiting.length), 1);
      if (next === undefined) throw new Error("the work waits, and for no statement");
      next.go();
      await setImmediate();
      await onStep();
    }
    this.#isOpen = true;
    await working;
  }
}

/** Every way to choose, one after the other: `play` asks as often as it needs. */
export async function* everyChoice<Result>(
  play: (choose: (options: number) => number) => Promise<Result>,
): AsyncGenerator<Result> {
  let choices: number[] = [];
  for (;;) {
    const options: number[] = [];
    yield await play((count) => {
      options.push(count);
      return choices[options.length - 1] ?? 0;
    });
    const taken = options.map((_, i) => choices[i] ?? 0);
    const last = options.findLastIndex((count, i) => taken[i] + 1 < count);
    if (last < 0) return;
    choices = [...taken.slice(0, last), taken[last] + 1];
  }
}
