import { LRUCache } from "lru-cache";
import type { UserId } from "../../../model/ids.ts";
import { MAX_BATCH_CHECK_FRIENDS } from "../../../model/limits.ts";
import { SerialByKey } from "../../../platform/concurrency/serial-by-key.ts";
import type { FriendSource } from "../../ports.ts";
import { highHalf, lowHalf } from "../halves.ts";
import { ArrivingFriends } from "./arriving-friends.ts";
import { FriendSet } from "./friend-set.ts";
import { ToldEdges } from "./told-edges.ts";

/**
 * The friends of viewers who read lately, as fresh as the last friend event (rule 5.4). Bounded in
 * bytes: the set least lately used goes first and is read again when needed.
 *
 * Whatever asks the graph about one viewer, asks one after another, and changes the set before the
 * next one asks. So an event that arrives while the list is read is looked up after it, and a list
 * that is older than an event never replaces what the event has taught. From when it is told until it has looked
 * an edge is in doubt: nobody goes by the set before that is settled.
 */
export class FriendSets {
  readonly arriving = new ArrivingFriends();
  /**
   * Told of friends who have lately become so, in the turn of the event loop in which a list becomes the set: it has
   * them, and what is kept of the viewer may not.
   */
  onArrived: (viewer: UserId, friends: readonly UserId[]) => void = () => {};
  readonly #source: FriendSource;
  readonly #sets: LRUCache<UserId, FriendSet>;
  readonly #line = new SerialByKey<UserId>();
  readonly #loads = new Map<UserId, Promise<FriendSet>>();
  readonly #reading = new Map<UserId, number>();
  readonly #unread = new ToldEdges();
  readonly #settling = new Map<UserId, Promise<void>>();

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
    const load = this.reload(viewer).finally(() => {
      if (this.#loads.get(viewer) === load) this.#loads.delete(viewer);
    });
    this.#loads.set(viewer, load);
    return load;
  }

  /** The set from the graph, whatever is in memory: a fill must read what is true after Activate. */
  reload(viewer: UserId): Promise<FriendSet> {
    this.#reading.set(viewer, (this.#reading.get(viewer) ?? 0) + 1);
    const reading = this.#line.run(viewer, async () => {
      const upTo = this.#unread.last;
      const { friends, changed } = await this.#source.list(viewer);
      const set = this.#sets.peek(viewer)?.renewed(friends) ?? new FriendSet(friends);
      this.#sets.set(viewer, set);
      this.#unread.settle(viewer, upTo);
      const arrived = changed.filter((other) => set.has(highHalf(other), lowHalf(other)));
      if (arrived.length > 0) this.onArrived(viewer, arrived);
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

  /** These edges may have changed: a set that is here, or on its way, is not to be gone by until they are read. */
  doubt(viewer: UserId, others: readonly UserId[]): void {
    if (!this.isHeld(viewer) || this.#unread.note(viewer, others)) return;
    this.#sets.delete(viewer);
    void this.#line.run(viewer, async () => this.#sets.delete(viewer));
  }

  isInDoubt(viewer: UserId): boolean {
    return this.#unread.has(viewer);
  }

  /** Reads what is in doubt; whoever waits for it shares one reading. */
  settleDoubts(viewer: UserId): Promise<void> {
    const running = this.#settling.get(viewer);
    if (running) return running;
    const settling = this.#line
      .run(viewer, async () => {
        const others = this.#unread.of(viewer);
        for (let from = 0; from < others.length; from += MAX_BATCH_CHECK_FRIENDS)
          await this.#read(viewer, others.slice(from, from + MAX_BATCH_CHECK_FRIENDS));
      })
      .finally(() => this.#settling.delete(viewer));
    this.#settling.set(viewer, settling);
    return settling;
  }

  /** Reads these edges of the viewer, updates the set in memory, and gives who is a friend now. */
  refresh(viewer: UserId, others: readonly UserId[]): Promise<UserId[]> {
    this.doubt(viewer, others);
    return this.#line.run(viewer, () => this.#read(viewer, others));
  }

  async #read(viewer: UserId, others: readonly UserId[]): Promise<UserId[]> {
    const upTo = this.#unread.last;
    const areFriends = await this.#source.check(viewer, others);
    const set = this.#sets.get(viewer);
    if (set) this.#sets.set(viewer, set.changedAll(others, areFriends));
    this.#unread.settle(viewer, upTo, others);
    return others.filter((_, i) => areFriends[i]);
  }

  /** Forgets the sets of viewers whose friend events go elsewhere: also of who comes back at once. */
  forgetWhere(isGone: (viewer: UserId) => boolean): void {
    this.#drop(isGone);
    this.#unread.forgetWhere((viewer) => isGone(viewer) && !this.isHeld(viewer));
    this.arriving.forgetWhere(isGone);
  }

  /** Changes were missed, nobody knows of whom: whoever asks from now on has their friends read anew. */
  distrustAll(): void {
    this.#drop(() => true);
  }

  #drop(isOld: (viewer: UserId) => boolean): void {
    for (const viewer of [...this.#sets.keys()]) if (isOld(viewer)) this.#sets.delete(viewer);
    for (const viewer of this.#reading.keys()) {
      if (!isOld(viewer)) continue;
      // What changes from now on, it may lack: it is for nobody who asks then.
      this.#loads.delete(viewer);
      void this.#line.run(viewer, async () => this.#sets.delete(viewer));
    }
  }

  /** But who arrives: a ring that is still read has nothing of them. */
  forget(viewer: UserId): void {
    this.#sets.delete(viewer);
    // A list on its way may be of before what was told.
    if (!this.isHeld(viewer)) this.#unread.forget(viewer);
  }
}
