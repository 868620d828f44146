import { DegradedReason } from "#gen/timeline/v1/timeline.ts";
import { type UserId, userIdOf } from "../../services/model/ids.ts";
import { shardOf } from "../../services/model/shards.ts";
import { pairsOf } from "../../services/model/wire/id-pairs.ts";
import { ManualClock } from "../../services/platform/clock/manual-clock.ts";
import { FriendSet } from "../../services/timeline/domain/friends/friend-set.ts";
import { joinHalves } from "../../services/timeline/domain/halves.ts";
import { IndexSource } from "../../services/timeline/domain/page/index-source.ts";
import { createVisibleWindow } from "../../services/timeline/domain/page/visible-window.ts";
import { RecentPosts } from "../../services/timeline/domain/recent/recent-posts.ts";
import type { LogPlace, PostLog } from "../../services/timeline/ports.ts";
import { FakePostLog, World } from "../../services/timeline/testing/world.ts";
import { Dice } from "./mesh/dice.ts";

const OWNERS = 3;
const STEPS = 300;
const MAX_STEP_MS = 40;
const MAX_ANSWER_MS = 150;
const MAX_GIVE_MS = 1_000;
const MAX_LOAD_MS = 60;
const MAX_BEHIND_MS = 5_000;
const AUTHOR = 99n;
export const VIEWERS = [1n, 2n, 3n, 4n, 5n].map(userIdOf);
const FRIENDS = new FriendSet(pairsOf([AUTHOR]));
const CAPACITY = STEPS;

/** What the next owner's index is told of a move; tests leave it out, or say it at another time. */
export interface Telling {
  /** While the last owner still serves the shard. */
  readonly before?: (index: RecentPosts, shard: number) => void;
  /** When it has stopped, and the next one has not begun. */
  readonly between?: (index: RecentPosts, shard: number) => void;
}

export interface MovedIndexes {
  /** Pages that lacked what their reader had been shown, and did not say so. */
  readonly holed: number;
  /** Pages that said that the index is behind, when it had caught up with whoever had the shard before. */
  readonly needless: number;
  readonly behind: number;
  readonly whole: number;
}

/** The log over a network: what an answer says was so at some time before it came. */
class SlowLog implements PostLog {
  readonly #log: FakePostLog;
  readonly #pause: () => Promise<void>;

  constructor(world: World, pause: () => Promise<void>) {
    this.#log = new FakePostLog(world);
    this.#pause = pause;
  }

  heads() {
    return this.#slowly(() => this.#log.heads());
  }

  after(generation: bigint, place: LogPlace, limit: number) {
    return this.#slowly(() => this.#log.after(generation, place, limit));
  }

  before(generation: bigint, place: LogPlace, limit: number) {
    return this.#slowly(() => this.#log.before(generation, place, limit));
  }

  async #slowly<T>(read: () => Promise<T>): Promise<T> {
    await this.#pause();
    const answer = await read();
    await this.#pause();
    return answer;
  }
}

/**
 * Some owners with an index each, over one log, and shards that move among them while people read what nothing but
 * an index has. What a reader was shown at one owner must be on the next page, whoever gives that, or the page says
 * that it is behind; and it says so to nobody but those whose shard has just come.
 */
class Estate {
  readonly clock = new ManualClock();
  readonly #world = new World();
  readonly #dice: Dice;
  readonly #indexes: RecentPosts[];
  readonly #owners = new Map(VIEWERS.map((viewer) => [viewer, 0]));
  readonly #shown = new Map<UserId, Set<bigint>>();
  /** By viewer: until the index of their owner has caught up, and the owner serves them. */
  readonly #coming = new Map<UserId, Promise<void>>();
  /** A shard does not move again before it has come. */
  readonly #moving = new Set<UserId>();
  readonly #visible = createVisibleWindow(CAPACITY);
  readonly counts = { holed: 0, needless: 0, behind: 0, whole: 0 };

  constructor(dice: Dice) {
    this.#dice = dice;
    const pause = () => this.clock.delay(dice.below(MAX_ANSWER_MS));
    this.#indexes = Array.from({ length: OWNERS }, () => {
      const log = new SlowLog(this.#world, pause);
      return new RecentPosts(log, this.clock, { maxBytes: 1 << 20, spanMs: 3_600_000 });
    });
  }

  async start(): Promise<void> {
    for (const index of this.#indexes) index.start();
    while (this.#indexes.some(({ isUsable }) => !isUsable)) await this.clock.advance(MAX_STEP_MS);
  }

  async close(): Promise<void> {
    const closed = Promise.all(this.#indexes.map((index) => index.close()));
    await this.clock.advance(MAX_BEHIND_MS);
    await closed;
  }

  post(): void {
    this.#world.post(AUTHOR, this.clock.nowMs());
  }

  async move(viewer: UserId, { before, between }: Telling): Promise<void> {
    const from = this.#owners.get(viewer);
    if (from === undefined || this.#moving.has(viewer)) return;
    this.#moving.add(viewer);
    const to = (from + 1 + this.#dice.below(OWNERS - 1)) % OWNERS;
    const index = this.#indexes[to];
    before?.(index, shardOf(viewer));
    await this.clock.delay(this.#dice.below(MAX_GIVE_MS));
    this.#owners.delete(viewer);
    await this.clock.delay(this.#dice.below(MAX_LOAD_MS));
    between?.(index, shardOf(viewer));
    const caughtUp = index.through();
    this.#coming.set(viewer, caughtUp);
    void caughtUp.then(() => {
      if (this.#coming.get(viewer) === caughtUp) this.#coming.delete(viewer);
    });
    await this.clock.delay(this.#dice.below(MAX_LOAD_MS));
    this.#owners.set(viewer, to);
    this.#moving.delete(viewer);
  }

  read(viewer: UserId): void {
    const owner = this.#owners.get(viewer);
    if (owner === undefined) return;
    const index = this.#indexes[owner];
    const visible = this.#visible;
    visible.count = 0;
    const stretch = { viewer, before: 0n, stop: 1n, limit: CAPACITY, friends: FRIENDS };
    const { missing } = new IndexSource(index, CAPACITY).read(stretch, visible);
    const isBehind = missing === DegradedReason.INDEX_BEHIND;
    if (isBehind) {
      this.counts.behind++;
      const isNeeded = this.#coming.has(viewer) || index.behindMs > MAX_BEHIND_MS;
      if (!isNeeded) this.counts.needless++;
      return;
    }
    this.counts.whole++;
    const shown = this.#shown.getOrInsertComputed(viewer, () => new Set());
    const now = new Set<bigint>();
    for (let i = 0; i < visible.count; i++) {
      now.add(joinHalves(visible.postHigh[i], visible.postLow[i]));
    }
    if (!shown.isSubsetOf(now)) this.counts.holed++;
    this.#shown.set(viewer, shown.union(now));
  }
}

/** One history from its seed. */
export async function moveIndexes(seed: number, telling: Telling): Promise<MovedIndexes> {
  const dice = new Dice(seed);
  const estate = new Estate(dice);
  await estate.start();
  for (let step = 0; step < STEPS; step++) {
    const viewer = dice.pick(VIEWERS);
    if (dice.chance(0.3)) estate.post();
    if (dice.chance(0.1)) void estate.move(viewer, telling);
    for (const one of VIEWERS) estate.read(one);
    await estate.clock.advance(dice.below(MAX_STEP_MS));
  }
  await estate.close();
  return estate.counts;
}
