import { trustedPostId, trustedUserId, type UserId } from "../../../model/ids.ts";
import { idAt } from "../../../model/wire/id-pairs.ts";
import { DELETED_BIT } from "../../../model/wire/post-log-row.ts";
import type { EntryKey, PulledIntervals } from "../../ports.ts";
import type { FriendSet } from "../friends/friend-set.ts";
import type { FriendSets } from "../friends/friend-sets.ts";
import { isPullOnly } from "../friends/pull-only.ts";
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
  readonly #maxKeptFriends: number;
  readonly #friendSets: Pick<FriendSets, "peek">;
  readonly #intervals: Pick<PulledIntervals, "table">;
  readonly #pulledFriends = new PulledFriends();
  readonly #streams = new Map<Watcher, Stream>();
  readonly #byAuthor = new Map<bigint, Set<Watcher>>();

  constructor(
    friendSets: Pick<FriendSets, "peek">,
    intervals: Pick<PulledIntervals, "table">,
    maxKeptFriends: number,
  ) {
    this.#maxKeptFriends = maxKeptFriends;
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
    this.#tellPullOnly(posts, authors);
    const told = this.#pulledOf(posts, authors);
    if (told.length === 0) return;
    const { table } = this.#intervals;
    const isAll = told.some(({ authorId }) => table.of(authorId).length === 0);
    const unknown = this.#enlistAll(isAll || table.isEveryonePulled);
    for (const { postId, authorId } of told) {
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
        !isPullOnly(friends, this.#maxKeptFriends) &&
        this.#pulledFriends.all(friends, table).length === 0;
      if (!isPushed) watcher.missed();
    }
  }

  /** To whom nothing is pushed hears of all; they are few. */
  #tellPullOnly(posts: Uint32Array, authors: Uint32Array): void {
    for (const [watcher, { viewer }] of this.#streams) {
      const friends = this.#friendSets.peek(viewer);
      if (!friends || !isPullOnly(friends, this.#maxKeptFriends)) continue;
      for (let i = 0; i < posts.length; i += 2) {
        if ((posts[i + 1] & DELETED_BIT) !== 0 || !friends.has(authors[i + 1], authors[i]))
          continue;
        const at = i / 2;
        watcher.entry(trustedPostId(idAt(posts, at)), trustedUserId(idAt(authors, at)));
      }
    }
  }

  /** Those that are not certain to be pushed. */
  #pulledOf(posts: Uint32Array, authors: Uint32Array): EntryKey[] {
    const { table } = this.#intervals;
    const pulled: EntryKey[] = [];
    for (let i = 0; i < posts.length / 2; i++) {
      if ((posts[2 * i + 1] & DELETED_BIT) !== 0) continue;
      const postId = trustedPostId(idAt(posts, i));
      const authorId = trustedUserId(idAt(authors, i));
      if (table.deliveryOf(postId, authorId) !== "push") pulled.push({ postId, authorId });
    }
    return pulled;
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

const NOBODY = new Uint32Array(0);
