import { LRUCache } from "lru-cache";
import type { UserId } from "../../../model/ids.ts";
import { SerialByKey } from "../../../platform/concurrency/serial-by-key.ts";
import type { FriendSource } from "../../ports.ts";
import { FriendSet } from "./friend-set.ts";

/**
 * The friends of viewers who read lately, as fresh as the last friend event (rule 5.4). Bounded in
 * bytes: the set least lately used goes first and is read again when needed.
 *
 * Whatever asks the graph about one viewer, asks one after another, and changes the set before the
 * next one asks. So an event that arrives while the list is read is looked up after it, and a list
 * that is older than an event never replaces what the event has taught.
 */
export class FriendSets {
  readonly #source: FriendSource;
  readonly #sets: LRUCache<UserId, FriendSet>;
  readonly #line = new SerialByKey<UserId>();
  readonly #loads = new Map<UserId, Promise<FriendSet>>();
  readonly #reading = new Map<UserId, number>();

  constructor(source: FriendSource, maxBytes: number) {
    this.#source = source;
    this.#sets = new LRUCache({ maxSize: maxBytes, sizeCalculation: (set) => set.bytes });
  }

  /** The set in memory, if it is. */
  get(viewer: UserId): FriendSet | undefined {
    return this.#sets.get(viewer);
  }

  /** The same, without counting as use. */
  peek(viewer: UserId): FriendSet | undefined {
    return this.#sets.peek(viewer);
  }

  get bytes(): number {
    return this.#sets.calculatedSize;
  }

  get count(): number {
    return this.#sets.size;
  }

  /** The set, from memory or from the graph; readers who wait share one request. */
  load(viewer: UserId): Promise<FriendSet> {
    const set = this.#sets.get(viewer);
    if (set) return Promise.resolve(set);
    const running = this.#loads.get(viewer);
    if (running) return running;
    const load = this.reload(viewer).finally(() => this.#loads.delete(viewer));
    this.#loads.set(viewer, load);
    return load;
  }

  /** The set from the graph, whatever is in memory: a fill must read what is true after Activate. */
  reload(viewer: UserId): Promise<FriendSet> {
    this.#reading.set(viewer, (this.#reading.get(viewer) ?? 0) + 1);
    const reading = this.#line.run(viewer, async () => {
      const pairs = await this.#source.list(viewer);
      const set = this.#sets.peek(viewer)?.renewed(pairs) ?? new FriendSet(pairs);
      this.#sets.set(viewer, set);
      return set;
    });
    const ended = () => {
      const left = (this.#reading.get(viewer) ?? 1) - 1;
      if (left > 0) this.#reading.set(viewer, left);
      else this.#reading.delete(viewer);
    };
    reading.then(ended, ended);
    return reading;
  }

  /** Whether a set is here, or on its way: then it has to hear of changes. */
  isHeld(viewer: UserId): boolean {
    return this.#sets.has(viewer) || (this.#reading.get(viewer) ?? 0) > 0;
  }

  /** Reads these edges of the viewer, updates the set in memory, and gives who is a friend now. */
  refresh(viewer: UserId, others: readonly UserId[]): Promise<UserId[]> {
    return this.#line.run(viewer, async () => {
      const areFriends = await this.#source.check(viewer, others);
      const set = this.#sets.get(viewer);
      if (set) this.#sets.set(viewer, set.changedAll(others, areFriends));
      return others.filter((_, i) => areFriends[i]);
    });
  }

  /** Forgets the sets of viewers whose friend events go elsewhere. */
  forgetWhere(isGone: (viewer: UserId) => boolean): void {
    for (const viewer of [...this.#sets.keys()]) if (isGone(viewer)) this.#sets.delete(viewer);
  }

  forget(viewer: UserId): void {
    this.#sets.delete(viewer);
  }
}
