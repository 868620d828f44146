import type { LoggedChange } from "../../../../model/wire/post-log-row.ts";
import { LogWriter } from "../../log-writer.ts";
import type { DeletionWorld } from "./deletion-world.ts";

/** Small, so that heads soon no longer reach back to what was seen. */
const LIMITS = { rows: 4, posts: 3 };
const MOST_IN_A_ROW = 4;

/** A post process as others see it: it deletes and creates posts, and puts that into the log, under one lease. */
export class DeletingProcess {
  readonly #world: DeletionWorld;
  readonly #generation: bigint;
  #outbox: LoggedChange[];
  #writer: LogWriter;
  #isWriting = false;
  #isDead = false;

  /** @param outbox of a dead one, of which nobody knows how much of it is in the log */
  constructor(world: DeletionWorld, generation: bigint, outbox: readonly LoggedChange[] = []) {
    this.#world = world;
    this.#generation = generation;
    this.#outbox = [...outbox];
    this.#writer = this.#newWriter();
  }

  create(): void {
    this.#world.postCount++;
    this.#log(BigInt(this.#world.postCount), false);
  }

  delete(post: bigint): void {
    const stored = () => this.#world.delete(post);
    if (this.#world.fault === "logs deletions before they are durable")
      void this.#world.soon(stored);
    else stored();
    this.#log(post, true);
  }

  /** Writes a row of what waits, unless one is being written; when that fails, it is tried again. */
  write(): void {
    if (this.#isWriting || this.#isDead || this.#outbox.length === 0) return;
    this.#isWriting = true;
    const batch = this.#outbox.slice(0, 1 + this.#world.below(MOST_IN_A_ROW));
    const written = () => {
      this.#outbox = this.#outbox.slice(batch.length);
    };
    const failed = () => {
      const isAnew = this.#world.fault === "numbers rows anew under one generation";
      if (isAnew) this.#writer = this.#newWriter();
    };
    void this.#writer
      .write(this.#generation, batch)
      .then(written, failed)
      .finally(() => {
        this.#isWriting = false;
      });
  }

  /** What it is writing may yet come to be. Gives what whoever takes over has to log. */
  die(): readonly LoggedChange[] {
    this.#isDead = true;
    return this.#outbox;
  }

  #log(postId: bigint, deleted: boolean): void {
    this.#outbox.push({ postId, authorId: 1n, deleted });
  }

  #newWriter(): LogWriter {
    const world = this.#world;
    return new LogWriter({
      enlist: async () => {},
      insert: (...row) => world.insert(...row),
      bucketAt: () => 1,
      clock: { nowMs: () => 0, monotonicMs: () => 0, delay: async () => {} },
      limits: LIMITS,
    });
  }
}
