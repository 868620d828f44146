import { makePostId, type PostId, postIdOf, type UserId, userIdOf } from "../../model/ids.ts";
import { pairsOf } from "../../model/wire/id-pairs.ts";
import { unavailable } from "../../platform/grpc/errors/errors.ts";
import type {
  AppendBatch,
  EntryKey,
  FriendSource,
  ListedFriends,
  LogHeads,
  LogPlace,
  PostLog,
  PostLogRow,
  PostSource,
  UntoldAnswer,
  UntoldChange,
} from "../ports.ts";

/** The truth behind timelines, for tests: who is whose friend, who posted what. Sources read it. */
export class World {
  readonly posts: EntryKey[] = [];
  readonly deleted = new Set<bigint>();
  readonly #edges = new Set<string>();

  post(author: bigint, timeMs: number, sequence = this.posts.length % 4_096): PostId {
    const postId = makePostId(timeMs, 1, sequence);
    this.posts.push({ postId, authorId: userIdOf(author) });
    return postId;
  }

  befriend(a: bigint, b: bigint): void {
    this.#edges.add(`${a}-${b}`).add(`${b}-${a}`);
  }

  unfriend(a: bigint, b: bigint): void {
    this.#edges.delete(`${a}-${b}`);
    this.#edges.delete(`${b}-${a}`);
  }

  areFriends(a: bigint, b: bigint): boolean {
    return this.#edges.has(`${a}-${b}`);
  }

  friendsOf(user: bigint): bigint[] {
    const prefix = `${user}-`;
    const own = [...this.#edges].filter((edge) => edge.startsWith(prefix));
    const ids = own.map((edge) => BigInt(edge.slice(prefix.length)));
    return ids.sort((a, b) => (a < b ? -1 : 1));
  }

  /** What a full scroll must show: posts of current friends at or above `bound`, newest first. */
  naive(viewer: bigint, bound = 0n): bigint[] {
    return this.posts
      .filter(({ postId, authorId }) => postId >= bound && this.areFriends(viewer, authorId))
      .map(({ postId }) => postId as bigint)
      .filter((id) => !this.deleted.has(id))
      .sort((a, b) => (a > b ? -1 : 1));
  }
}

/** The friend service over a world; `fail` and `gate` stand for a service that is down or slow. */
export class FakeFriends implements FriendSource {
  isDown = false;
  gate: () => Promise<void> = async () => {};
  lists = 0;
  /** Whose edges with whoever is asked for are said to have changed lately. */
  changed: readonly UserId[] = [];
  untoldChanges: readonly UntoldChange[] = [];
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  async list(viewer: UserId): Promise<ListedFriends> {
    this.lists++;
    await this.gate();
    if (this.isDown) throw unavailable("friends are down");
    return { friends: pairsOf(this.#world.friendsOf(viewer)), changed: this.changed };
  }

  async untold(sinceMs: number): Promise<UntoldAnswer> {
    if (this.isDown) throw unavailable("friends are down");
    const changes = this.untoldChanges.filter(({ atMs }) => atMs >= sinceMs);
    return { changes, untilMs: sinceMs, isCut: false };
  }

  async check(viewer: UserId, others: readonly UserId[]): Promise<boolean[]> {
    await this.gate();
    if (this.isDown) throw unavailable("friends are down");
    return others.map((other) => this.#world.areFriends(viewer, other));
  }
}

/** The post service over a world, with the promise of `completeFrom` that the real one gives. */
export class FakePosts implements PostSource {
  isDown = false;
  gate: () => Promise<void> = async () => {};
  calls = 0;
  /** Posts that one answer holds at most, below the limit that is asked for. */
  maxAnswer = Number.POSITIVE_INFINITY;
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  async list(authors: readonly UserId[], since: bigint, before: bigint, limit: number) {
    this.calls++;
    await this.gate();
    if (this.isDown) throw unavailable("posts are down");
    const all = this.#world.posts
      .filter(({ postId, authorId }) => authors.includes(authorId) && postId >= since)
      .filter(({ postId }) => before === 0n || postId < before)
      .filter(({ postId }) => !this.#world.deleted.has(postId))
      .sort((a, b) => (a.postId > b.postId ? -1 : 1));
    const most = Math.min(limit, this.maxAnswer);
    if (all.length <= most) return { posts: all, completeFrom: postIdOf(since) };
    const posts = all.slice(0, most);
    return { posts, completeFrom: posts[most - 1].postId };
  }
}

/** The post log over a world: of one generation, a row a post. */
export class FakePostLog implements PostLog {
  isDown = false;
  began = 0n;
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  async heads(): Promise<LogHeads> {
    if (this.isDown) throw unavailable("posts are down");
    const seq = this.#world.posts.length;
    return { began: this.began, heads: seq > 0 ? [{ generation: 1n, seq, bucket: 1 }] : [] };
  }

  async after(_: bigint, { seq }: LogPlace, limit: number): Promise<PostLogRow[]> {
    if (this.isDown) throw unavailable("posts are down");
    return this.#rows(seq, seq + limit);
  }

  async before(_: bigint, { seq }: LogPlace, limit: number): Promise<PostLogRow[]> {
    return this.#rows(Math.max(0, seq - 1 - limit), seq - 1).reverse();
  }

  #rows(from: number, to: number): PostLogRow[] {
    const earlier = this.#world.posts.slice(0, from).map(({ postId }) => postId as bigint);
    let highest = earlier.reduce((a, b) => (a > b ? a : b), 0n);
    return this.#world.posts.slice(from, to).map(({ postId, authorId }, i) => {
      const [posts, authors] = [pairsOf([postId]), pairsOf([authorId])];
      const place = { seq: from + i + 1, bucket: 1, previousBucket: 1 };
      const row = { ...place, highestBefore: highest, posts, authors };
      if (postId > highest) highest = postId;
      return row;
    });
  }
}

/** One post for some viewers, as the fan-out worker sends it. */
export function appendOf(post: EntryKey, viewers: readonly bigint[], deleted = false): AppendBatch {
  const sorted = [...viewers].sort((a, b) => (a < b ? -1 : 1));
  return {
    appends: [{ ...post, deleted, viewers: pairsOf(sorted), createTimeMs: 0, requestId: "" }],
  };
}
