import { type PostId, postIdOf, userIdOf } from "../../services/model/ids.ts";
import { encodeAppendEntries } from "../../services/model/wire/append-entries.ts";
import { pairsOf } from "../../services/model/wire/id-pairs.ts";
import { ManualClock } from "../../services/platform/clock/manual-clock.ts";
import type { Call } from "../../services/platform/grpc/call.ts";
import { createLogger } from "../../services/platform/telemetry/logger.ts";
import { createEntryWindow } from "../../services/timeline/domain/page/entry-window.ts";
import { appendEntries } from "../../services/timeline/handlers/append-entries.ts";
import type { AppendBatch, EntryStore, Ownership } from "../../services/timeline/ports.ts";
import { MemoryEntryStore } from "../../services/timeline/testing/memory-entry-store.ts";
import { Dice } from "./mesh/dice.ts";
import { Turns } from "./mesh/turns.ts";
import { override } from "./override.ts";

const OWNERS = 2;
const POSTS = 20;
const MOVES = 6;
const VIEWER = userIdOf(1n);
const log = createLogger("simulation", "silent");
const CALL = { log } as Call;
const ROOM = 1_000;

/**
 * The smallest world in which lemma L3 matters (the embedded store never moves a shard): rows that all
 * owners share, each with a cache that it loads when it takes over. The handler is the real one. An old
 * owner's write may land after the new one has loaded; then only the check of the lease ahead of the
 * acknowledgement makes the sender come again.
 */
class Estate {
  rows: AppendBatch[] = [];
  owner = -1;
  #generation = 0;
  #caches: EntryStore[] = [];
  readonly #handlers;
  readonly #turns: Turns;
  readonly #dice: Dice;

  constructor(turns: Turns, dice: Dice, distort: (ownership: Ownership) => Ownership) {
    this.#turns = turns;
    this.#dice = dice;
    this.#handlers = Array.from({ length: OWNERS }, (_, index) =>
      appendEntries({
        store: this.#storeOf(index),
        ownership: distort(this.#ownershipOf(index)),
        clock: new ManualClock(),
        index: undefined,
        posts: { list: async () => Promise.reject(new Error("nobody is asked")) },
        lag: { observe: () => {} },
        log,
      }),
    );
  }

  /** Resolves when some owner has acknowledged. */
  async deliver(postId: PostId): Promise<void> {
    const append = { postId, authorId: userIdOf(2n), deleted: false, viewers: pairsOf([VIEWER]) };
    const bytes = encodeAppendEntries({ appends: [{ ...append, createTimeMs: 0, requestId: "" }] });
    for (;;) {
      try {
        await this.#handlers[Math.max(0, this.owner)](bytes, CALL);
        return;
      } catch {
        await this.#turns.next();
      }
    }
  }

  /** The old owner's lease ends; the new one loads the rows, and only then serves. */
  async move(to: number): Promise<void> {
    this.owner = -1;
    const cache = new MemoryEntryStore(ROOM);
    await cache.activate(VIEWER);
    await cache.complete(VIEWER, postIdOf(0n));
    for (const batch of [...this.rows]) await cache.append(batch);
    this.#caches[to] = cache;
    this.#generation++;
    this.owner = to;
  }

  get readableCount(): number {
    const window = createEntryWindow(ROOM);
    this.#caches[this.owner].read(VIEWER, 0n, window);
    return window.count;
  }

  async pause(most: number): Promise<void> {
    for (let turns = this.#dice.below(most); turns > 0; turns--) await this.#turns.next();
  }

  #storeOf(index: number): EntryStore {
    return override(new MemoryEntryStore(), {
      append: async (batch) => {
        await this.pause(10);
        this.rows.push(batch);
        return this.#caches[index].append(batch);
      },
    });
  }

  #ownershipOf(index: number): Ownership {
    return {
      owns: () => this.owner === index,
      ownsAll: () => this.owner === index,
      term: () => (this.owner === index ? this.#generation : 0),
      ownerOf: () => undefined,
      map: () => ({ version: 0, owners: [] }),
      close: async () => {},
    };
  }
}

/** How many acknowledged entries the last owner does not know. */
export async function lostByMoving(
  seed: number,
  distort: (ownership: Ownership) => Ownership = (ownership) => ownership,
): Promise<number> {
  const dice = new Dice(seed);
  using turns = new Turns(dice, 1_000).install();
  const estate = new Estate(turns, dice, distort);
  const sending = Array.from({ length: POSTS }, async (_, i) => {
    await estate.pause(60);
    await estate.deliver(postIdOf(i + 1));
  });
  const moving = (async () => {
    for (let i = 0; i < MOVES; i++) {
      await estate.move(i % OWNERS);
      await estate.pause(20);
    }
  })();
  await turns.run(Number.POSITIVE_INFINITY);
  await Promise.all([...sending, moving]);
  return POSTS - estate.readableCount;
}
