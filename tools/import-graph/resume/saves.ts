import type { Checkpoint } from "./checkpoint.ts";

/** Saves the newest of what is offered, one write at a time. */
export class Saves {
  readonly #checkpoint: Pick<Checkpoint, "save">;
  #offered = 0;
  #saved = 0;
  #running: Promise<void> | undefined;

  constructor(checkpoint: Pick<Checkpoint, "save">) {
    this.#checkpoint = checkpoint;
  }

  offer(doneLines: number): void {
    if (doneLines <= this.#offered) return;
    this.#offered = doneLines;
    this.#running ??= this.#run();
  }

  /** Resolves when what was offered is saved. A place that can't be written to only costs the resuming. */
  async done(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#saved < this.#offered) {
      const next = this.#offered;
      await this.#checkpoint.save(next).catch(() => {});
      this.#saved = next;
    }
    this.#running = undefined;
  }
}
