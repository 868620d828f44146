import { MAX_ID, trustedPostId, trustedUserId, type UserId } from "../../../model/ids.ts";
import { type AuthorInterval, PulledTable } from "../../../model/pulled/pulled-table.ts";
import { idAt } from "../../../model/wire/id-pairs.ts";
import { DELETED_BIT } from "../../../model/wire/post-log-row.ts";
import type { EntryKey, EntryStore, PulledIntervals, TimelineState } from "../../ports.ts";
import type { FriendSet } from "../friends/friend-set.ts";
import type { FriendSets } from "../friends/friend-sets.ts";
import { highHalf, lowHalf } from "../halves.ts";
import { PulledFriends } from "../page/pulled/pulled-friends.ts";
import type { Watcher } from "./watcher.ts";

/** An open stream, and under which authors it is enlisted. */
interface Stream {
  readonly viewer: UserId;
  friends: FriendSet | undefined;
  version: bigint;
  isAll: boolean;
  pairs: Uint32Array;
}

/**
 * Tells live streams of posts that are not pushed to their viewers, as the recent index hears of them: by
 * author, so that a post costs what its watching friends cost. Streams are enlisted when there is something
 * to tell, and again when their friends or the table have changed.
 */
export class PulledWatch {
  readonly #store: Pick<EntryStore, "state">;
  readonly #friendSets: Pick<FriendSets, "peek">;
  readonly #intervals: Pick<PulledIntervals, "table">;
  readonly #pulledFriends = new PulledFriends();
  readonly #streams = new Map<Watcher, Stream>();
  readonly #byAuthor = new Map<bigint, Set<Watcher>>();

  constructor(
    friendSets: Pick<FriendSets, "peek">,
    intervals: Pick<PulledIntervals, "table">,
    store: Pick<EntryStore, "state">,
  ) {
    this.#store = store;
    this.#friendSets = friendSets;
    this.#intervals = intervals;
  }

  add(viewer: UserId, watcher: Watcher): void {
    const enlisted = { version: -1n, isAll: false, pairs: NOBODY };
    this.#streams.set(watcher, { viewer, friends: undefined, ...enlisted });
  }

  remove(watcher: Watcher): void {
    const stream = this.#streams.get(watcher);
    if (!stream) return;
    this.#strike(watcher, stream);
    this.#streams.delete(watcher);
  }

  /** Posts that the index has just got: pairs of halves, low first; post i is by author i. */
  heard(posts: Uint32Array, authors: Uint32Array): void {
    if (this.#streams.size === 0) return;
    const { pulled, pushed } = this.#byDelivery(posts, authors);
    if (pulled.length > 0) this.#tell(pulled);
    if (pushed.length > 0) this.#tellUnkept(pushed);
  }

  /**
   * The table has been read, and is another one. Posts that were given up are looked for from now on: pages have them
   * from the index, which told nobody of them when it got them, for they were to be pushed.
   */
  tableRead(before: PulledTable): void {
    if (this.#streams.size === 0 || before === PulledTable.UNREAD) return;
    const known = new Set(givenUpIn(before).map(({ since }) => since));
    const fresh = givenUpIn(this.#intervals.table).filter(({ since }) => !known.has(since));
    if (fresh.length > 0)
      this.#tell(fresh.map(({ since, authorId }) => ({ postId: since, authorId })));
  }

  #tell(posts: readonly EntryKey[]): void {
    const { table } = this.#intervals;
    const isAll = posts.some(({ authorId }) => table.of(authorId).length === 0);
    const unknown = this.#enlistAll(isAll || table.isEveryonePulled);
    for (const { postId, authorId } of posts) {
      for (const watcher of this.#byAuthor.get(authorId) ?? []) watcher.entry(postId, authorId);
      // Their friends are looked at before anything is sent.
      for (const watcher of unknown) watcher.entry(postId, authorId);
    }
  }

  /**
   * Posts came that nobody is told of: the index had not kept up, and reads them as the past. Streams to
   * which all is pushed have missed nothing.
   */
  missed(): void {
    const { table } = this.#intervals;
    for (const [watcher, { viewer, friends: known }] of this.#streams) {
      const friends = this.#friendSets.peek(viewer) ?? known;
      const isPushed =
        friends !== undefined &&
        !table.isEveryonePulled &&
        this.#isKept(viewer) &&
        this.#pulledFriends.all(friends, table).length === 0;
      if (!isPushed) watcher.missed();
    }
  }

  /**
   * What is pushed to those of whom nothing is kept, for they have too many friends, or everybody was pulled until now, is
   * dropped, and so is what lies below the floor of a ring: pages have it from the index, and streams when that has it.
   */
  #tellUnkept(pushed: readonly EntryKey[]): void {
    for (const [watcher, { viewer, friends: known }] of this.#streams) {
      const keptFrom = keptFromOf(this.#store.state(viewer));
      for (const { postId, authorId } of pushed) {
        if (postId >= keptFrom) continue;
        const friends = this.#friendSets.peek(viewer) ?? known;
        const isOfFriend = friends?.has(highHalf(authorId), lowHalf(authorId)) ?? true;
        if (isOfFriend) watcher.entry(postId, authorId);
      }
    }
  }

  #isKept(viewer: UserId): boolean {
    return this.#store.state(viewer).kind !== "inactive";
  }

  /** Those that are certain to be pushed, and the others. */
  #byDelivery(posts: Uint32Array, authors: Uint32Array) {
    const { table } = this.#intervals;
    const found: { pulled: EntryKey[]; pushed: EntryKey[] } = { pulled: [], pushed: [] };
    for (let i = 0; i < posts.length / 2; i++) {
      if ((posts[2 * i + 1] & DELETED_BIT) !== 0) continue;
      const postId = trustedPostId(idAt(posts, i));
      const authorId = trustedUserId(idAt(authors, i));
      const isPushed = table.deliveryOf(postId, authorId) === "push";
      (isPushed ? found.pushed : found.pulled).push({ postId, authorId });
    }
    return found;
  }

  /** Brings all streams up to date; gives those whose friends nobody knows now. */
  #enlistAll(isAll: boolean): Watcher[] {
    const { table } = this.#intervals;
    const unknown: Watcher[] = [];
    for (const [watcher, stream] of this.#streams) {
      const friends = this.#friendSets.peek(stream.viewer) ?? stream.friends;
      if (!friends) unknown.push(watcher);
      const isSame = stream.version === table.version && stream.isAll === isAll;
      if (!friends || (stream.friends === friends && isSame)) continue;
      this.#strike(watcher, stream);
      const pairs = isAll ? friends.pairs : this.#pulledFriends.all(friends, table);
      Object.assign(stream, { friends, version: table.version, isAll, pairs });
      for (let i = 0; i < pairs.length / 2; i++) {
        this.#byAuthor.getOrInsertComputed(idAt(pairs, i), () => new Set()).add(watcher);
      }
    }
    return unknown;
  }

  #strike(watcher: Watcher, { pairs }: Stream): void {
    for (let i = 0; i < pairs.length / 2; i++) {
      const author = idAt(pairs, i);
      const watchers = this.#byAuthor.get(author);
      watchers?.delete(watcher);
      if (watchers?.size === 0) this.#byAuthor.delete(author);
    }
  }
}

/** From which id on the store tells of what is pushed. */
function keptFromOf(state: TimelineState): bigint {
  if (state.kind === "complete") return state.floor;
  return state.kind === "filling" ? 0n : MAX_ID + 1n;
}

function givenUpIn({ intervals }: PulledTable): readonly AuthorInterval[] {
  return intervals.filter(({ isAlsoPushed }) => isAlsoPushed);
}

const NOBODY = new Uint32Array(0);
