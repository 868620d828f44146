import type { Clock } from "../../../../platform/clock/clock.ts";
import { DeletionFollower } from "../deletion-follower.ts";
import { PostCache } from "../post-cache.ts";
import type { DeletionWorld } from "./deletion-world.ts";

/** How it may be wrong. */
export type ReaderFault = "does not announce its reads";

const MESSAGE = new Uint8Array(1);
const CLOCK: Clock = { nowMs: () => 0, monotonicMs: () => 0, delay: async () => {} };

/** Another post process: it reads posts, keeps them, and follows the log to forget what is deleted. */
export class CachingProcess {
  drops = 0;
  gaps = 0;
  hits = 0;
  readonly #world: DeletionWorld;
  readonly #fault: ReaderFault | undefined;
  readonly #cache = new PostCache({
    maxBytes: 100_000,
    isTrusted: () => this.#isTrusted,
    onRead: (result) => {
      if (result === "hit") this.hits++;
    },
  });
  readonly #follower: DeletionFollower;
  /** Deletions that it must know of by now. */
  readonly #known = new Set<bigint>();
  #isTrusted = false;
  #looking: Promise<void> | undefined;

  constructor(world: DeletionWorld, fault?: ReaderFault) {
    this.#world = world;
    this.#fault = fault;
    this.#follower = new DeletionFollower({
      log: world,
      clock: CLOCK,
      onDeleted: (post) => {
        this.drops++;
        this.#cache.drop(post);
      },
      onGap: () => {
        this.gaps++;
        this.#cache.clear();
      },
      onFailure: () => {},
    });
  }

  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  /** As CqlPostStore reads one: from memory, or from the store, and keeps it when it is found. */
  async read(post: bigint): Promise<void> {
    if (this.#cache.get(post)) return;
    const reading = this.#cache.begin([post]);
    const isDeleted = await this.#world.soon(() => this.#world.deleted.has(post));
    await this.#world.soon(() => {
      const isBold = this.#fault === "does not announce its reads";
      if (!isDeleted) this.#cache.keep(post, MESSAGE, isBold ? undefined : reading);
      this.#cache.end(reading);
    });
  }

  /** Throws when it would show what it must know to be deleted. */
  check(): void {
    for (const post of this.#known) {
      if (this.#cache.get(post)) throw new Error(`post ${post} is deleted, and shown`);
    }
  }

  async #look(): Promise<void> {
    const before = [...this.#world.logged];
    try {
      await this.#follower.look();
    } catch {
      return;
    }
    this.#isTrusted = true;
    for (const post of before) this.#known.add(post);
  }
}
