import { DELETED_BIT } from "../../../model/wire/post-log-row.ts";
import { compareHalves, highHalf, joinHalves, lowHalf } from "../halves.ts";
import { AuthorTable, NEWEST, NEWEST_HIGH, OLDEST, PARTS } from "./author-table.ts";
import {
  HIGH_BITS,
  OLDER,
  POST_HIGH,
  POST_LOW,
  PostNodes,
  type PostNodesOptions,
} from "./post-nodes.ts";

/** From where a post comes: what happens now, or the past, read backwards. */
export type Direction = "now" | "past";

const FETCHED_AHEAD = 64;

export interface RecentIndexStats {
  readonly posts: number;
  readonly authors: number;
  readonly bytes: number;
}

/**
 * Everyone's posts of the last days by author, in memory: 12 bytes a post and about 30 an author. Each
 * author's posts are one chain, newest first, sorted by id: ids come out of order, and more than once.
 *
 * Every post that was ever inserted with an id at or above `since` is there. It holds at most so many
 * bytes; what makes room is the oldest, and raises `since` to the highest id that went, plus one. What
 * comes below `since` is ignored.
 */
export class RecentIndex {
  readonly nodes: PostNodes;
  readonly authors = new AuthorTable();
  readonly #maxBytes: number;
  readonly #heads = new Uint32Array(FETCHED_AHEAD);
  #hasEvicted = false;
  #sinceLow = 0;
  #sinceHigh = 0;
  #highestLow = 0;
  #highestHigh = 0;
  /** Of no meaning: it keeps the compiler from dropping reads. */
  fetched = 0;

  constructor(maxBytes: number, options?: PostNodesOptions) {
    this.#maxBytes = maxBytes;
    this.nodes = new PostNodes(maxBytes, options);
  }

  get since(): bigint {
    return joinHalves(this.#sinceHigh, this.#sinceLow);
  }

  /** The highest id that was ever inserted. */
  get highest(): bigint {
    return joinHalves(this.#highestHigh, this.#highestLow);
  }

  /** True once older posts find no room: reading further back is of no use. */
  get isFull(): boolean {
    return this.#hasEvicted || this.#sinceHigh > 0 || this.#sinceLow > 0;
  }

  stats(): RecentIndexStats {
    const { nodes, authors } = this;
    return { posts: nodes.count, authors: authors.size, bytes: nodes.bytes + authors.bytes };
  }

  /** For tests and paths that are not hot. */
  insert(author: bigint, post: bigint, isDeleted: boolean, direction: Direction = "now"): void {
    const high = isDeleted ? highHalf(post) | DELETED_BIT : highHalf(post);
    this.#insert(lowHalf(author), highHalf(author), lowHalf(post), high >>> 0, direction);
  }

  /**
   * Posts of one row of the log: pairs of halves, low first; DELETED_BIT in a post's high half when it
   * was deleted. A post that is there and deleted stays so, whatever comes later.
   */
  insertAll(authors: Uint32Array, posts: Uint32Array, direction: Direction): void {
    for (let i = 0; i < posts.length; i += 2) {
      // Rows and nodes of the authors ahead are fetched together, before each is needed.
      if (i % (2 * FETCHED_AHEAD) === 0) this.#fetch(authors, i / 2);
      this.#insert(authors[i], authors[i + 1], posts[i], posts[i + 1], direction);
    }
  }

  #insert(
    authorLow: number,
    authorHigh: number,
    low: number,
    high: number,
    direction: Direction,
  ): void {
    const bare = (high & HIGH_BITS) >>> 0;
    if (compareHalves(bare, low, this.#highestHigh, this.#highestLow) > 0) {
      this.#highestHigh = bare;
      this.#highestLow = low;
    }
    if (!this.#reserve(low, bare, direction)) return;
    const { nodes, authors } = this;
    const end = direction === "now" || this.#hasEvicted ? "front" : "back";
    const known = authors.find(authorLow, authorHigh);
    const at = known < 0 ? authors.add(authorLow, authorHigh) : known;
    const part = authors.partOf(authorLow, authorHigh);
    const head = part[at + NEWEST];
    if (known < 0 || !nodes.isAlive(head)) {
      part[at + NEWEST] = part[at + OLDEST] = nodes.add(end, low, high);
      part[at + NEWEST_HIGH] = bare;
      return;
    }
    const above = this.#lastAtOrAbove(part, at, low, bare);
    if (above === NOTHING) {
      const node = nodes.add(end, low, high);
      nodes.slabOf(node)[nodes.baseOf(node) + OLDER] = head;
      part[at + NEWEST] = node;
      part[at + NEWEST_HIGH] = bare;
      return;
    }
    const slab = nodes.slabOf(above);
    const base = nodes.baseOf(above);
    if (slab[base + POST_LOW] === low && (slab[base + POST_HIGH] & HIGH_BITS) >>> 0 === bare) {
      slab[base + POST_HIGH] |= high & DELETED_BIT;
      return;
    }
    const older = slab[base + OLDER];
    const node = nodes.add(end, low, high);
    slab[base + OLDER] = node;
    if (older === above || !nodes.isAlive(older)) part[at + OLDEST] = node;
    else nodes.slabOf(node)[nodes.baseOf(node) + OLDER] = older;
  }

  /** Whether it has this post, and the post was deleted. */
  isDeleted(author: bigint, post: bigint): boolean {
    const authorLow = lowHalf(author);
    const authorHigh = highHalf(author);
    const at = this.authors.find(authorLow, authorHigh);
    if (at < 0) return false;
    const { nodes } = this;
    const part = this.authors.partOf(authorLow, authorHigh);
    if (!nodes.isAlive(part[at + NEWEST])) return false;
    const node = this.#lastAtOrAbove(part, at, lowHalf(post), highHalf(post));
    if (node === NOTHING || this.#compare(node, lowHalf(post), highHalf(post)) !== 0) return false;
    return (nodes.slabOf(node)[nodes.baseOf(node) + POST_HIGH] & DELETED_BIT) !== 0;
  }

  /** Drops whole slabs of posts that are all below this id. */
  evictBelow(id: bigint): void {
    const low = lowHalf(id);
    const high = highHalf(id);
    for (;;) {
      const highest = this.nodes.highestOfOldest();
      if (!highest || compareHalves(highest.high, highest.low, high, low) >= 0) return;
      this.#evictOldest();
    }
  }

  #fetch(pairs: Uint32Array, from: number): void {
    const { nodes, authors } = this;
    const heads = this.#heads;
    const count = Math.min(FETCHED_AHEAD, pairs.length / 2 - from);
    authors.newestOf(pairs, { from, count, leastHigh: 0, none: nodes.deadNode }, heads);
    let sum = 0;
    for (let i = 0; i < count; i++) {
      if (nodes.isAlive(heads[i])) sum ^= nodes.slabOf(heads[i])[nodes.baseOf(heads[i])];
    }
    this.fetched = sum;
  }

  /** Makes room for one node. False when the post is below `since`, or is so from now on. */
  #reserve(low: number, high: number, direction: Direction): boolean {
    if (this.#isBelowSince(low, high)) return false;
    const { nodes } = this;
    const end = direction === "now" || this.#hasEvicted ? "front" : "back";
    if (!nodes.needsSlab(end)) return true;
    const most = this.#maxBytes - nodes.slabBytes;
    if (end === "back") {
      if (nodes.bytes + this.authors.bytes <= most) return true;
      this.#raiseSince(low, high);
      return false;
    }
    while (nodes.bytes + this.authors.bytes > most && nodes.highestOfOldest()) this.#evictOldest();
    return !this.#isBelowSince(low, high);
  }

  #isBelowSince(low: number, high: number): boolean {
    return compareHalves(high, low, this.#sinceHigh, this.#sinceLow) < 0;
  }

  /** To the id after this one. */
  #raiseSince(low: number, high: number): void {
    if (this.#isBelowSince(low, high)) return;
    this.#sinceLow = (low + 1) >>> 0;
    this.#sinceHigh = this.#sinceLow === 0 ? high + 1 : high;
  }

  #evictOldest(): void {
    const { nodes, authors } = this;
    const highest = nodes.highestOfOldest();
    if (!highest) return;
    this.#hasEvicted = true;
    this.#raiseSince(highest.low, highest.high);
    nodes.dropOldest();
    // Once round the table while all nodes are dropped once.
    const parts = Math.ceil((PARTS * nodes.slabBytes) / nodes.bytes);
    for (let i = 0; i < parts; i++) authors.sweepNext((node) => !nodes.isAlive(node));
  }

  /**
   * Of a chain that is not empty, the node with the lowest id at or above this one; NOTHING when all
   * are below. At once for what is newer or older than all of the chain: nearly everything is.
   */
  #lastAtOrAbove(part: Uint32Array, at: number, low: number, high: number): number {
    const { nodes } = this;
    let node = part[at + NEWEST];
    if (this.#compare(node, low, high) < 0) return NOTHING;
    const oldest = part[at + OLDEST];
    if (nodes.isAlive(oldest) && this.#compare(oldest, low, high) >= 0) return oldest;
    for (;;) {
      const older = nodes.slabOf(node)[nodes.baseOf(node) + OLDER];
      if (older === node || !nodes.isAlive(older)) return node;
      if (this.#compare(older, low, high) < 0) return node;
      node = older;
    }
  }

  /** Below zero when the node's id is below the other. */
  #compare(node: number, low: number, high: number): number {
    const slab = this.nodes.slabOf(node);
    const base = this.nodes.baseOf(node);
    return compareHalves(
      (slab[base + POST_HIGH] & HIGH_BITS) >>> 0,
      slab[base + POST_LOW],
      high,
      low,
    );
  }
}

const NOTHING = -1;
