/** The state in memory and on disk, changed by two starts at once. */
import { type EnginesState, readState, removeState, writeState } from "./state.ts";

const EMPTY = (): EnginesState => ({ way: {}, pids: {}, startedAt: Date.now() });

export class Ledger {
  #state: EnginesState;
  #written: Promise<void> = Promise.resolve();
  readonly #dataDir: string;

  private constructor(dataDir: string, state: EnginesState) {
    this.#dataDir = dataDir;
    this.#state = state;
  }

  static async open(dataDir: string): Promise<Ledger> {
    return new Ledger(dataDir, (await readState(dataDir)) ?? EMPTY());
  }

  get state(): EnginesState {
    return this.#state;
  }

  /** Resolves when the change is on disk. Changes are written in order. */
  async update(change: (state: EnginesState) => EnginesState): Promise<void> {
    this.#state = change(this.#state);
    this.#written = this.#written.then(() => this.#write());
    await this.#written;
  }

  async #write(): Promise<void> {
    const isEmpty = Object.keys(this.#state.way).length === 0;
    await (isEmpty ? removeState(this.#dataDir) : writeState(this.#dataDir, this.#state));
  }
}
