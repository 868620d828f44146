import { mix } from "../../../population/hash.ts";
import { present } from "../../../services/model/invariant.ts";
import type { WatchedAuthors } from "../watchers/watched-authors.ts";

/** One post that watchers must find. */
export interface ExpectedPost {
  readonly postId: bigint;
  readonly author: number;
  /** When its answer was seen. */
  readonly ackedMicros: number;
}

/** Room is made for so much of the whole at a time. */
const ROOM_SHARE = 1 / 4;
/** Posts that some stream has still to bring may take this much of it. */
const AWAITED_SHARE = 1 / 2;

/**
 * The acknowledged posts that somebody watches for, and whether each watcher's stream has brought them: one
 * expectation a watcher. Columns made once, 32 bytes a post and one an expectation.
 *
 * Every post stays until all streams have brought it, so that the lag is that of all posts. For the last
 * look of a long run those with one more bit of their hash set are let go each time that the columns are
 * full: what stays is spread evenly over the run.
 */
export class Expectations {
  /** Expectations there ever were. */
  expected = 0;
  /** Posts that the last look will not look for. */
  dropped = 0;
  /** Expectations of posts that some stream has still to bring. */
  awaited = 0;

  readonly #authors: WatchedAuthors;
  readonly #byId = new Map<bigint, number>();
  readonly #ids: BigInt64Array;
  readonly #author: Int32Array;
  readonly #row: Int32Array;
  readonly #ackedMicros: Float64Array;
  /** The first of a post's expectations. */
  readonly #first: Int32Array;
  /** How many of them no stream has brought. */
  readonly #pending: Int32Array;
  readonly #streamed: Uint8Array;
  #posts = 0;
  #used = 0;
  #mask = 0;

  constructor(authors: WatchedAuthors, maxExpectations: number) {
    this.#authors = authors;
    this.#ids = new BigInt64Array(maxExpectations);
    this.#author = new Int32Array(maxExpectations);
    this.#row = new Int32Array(maxExpectations);
    this.#ackedMicros = new Float64Array(maxExpectations);
    this.#first = new Int32Array(maxExpectations);
    this.#pending = new Int32Array(maxExpectations);
    this.#streamed = new Uint8Array(maxExpectations);
  }

  /** `row`: the author's among the watched. False: it was told before, or too much is awaited already. */
  add(postId: bigint, author: number, row: number, ackedMicros: number): boolean {
    if (this.#byId.has(postId)) return false;
    const size = this.#sizeOf(row);
    const max = this.#streamed.length;
    if (this.awaited + size > AWAITED_SHARE * max) {
      this.dropped++;
      return false;
    }
    if (this.#used + size > max) this.#makeRoom();
    const post = this.#posts++;
    this.#byId.set(postId, post);
    this.#ids[post] = postId;
    this.#author[post] = author;
    this.#row[post] = row;
    this.#ackedMicros[post] = ackedMicros;
    this.#first[post] = this.#used;
    this.#pending[post] = size;
    this.#streamed.fill(0, this.#used, this.#used + size);
    this.#used += size;
    this.awaited += size;
    this.expected += size;
    return true;
  }

  find(postId: bigint): ExpectedPost | undefined {
    const post = this.#byId.get(postId);
    return post === undefined ? undefined : this.#postAt(post);
  }

  /** A watcher's stream has brought a post that is expected. False: not the first time. */
  streamed(postId: bigint, watcher: number): boolean {
    const post = present(this.#byId.get(postId));
    const at = this.#expectationOf(post, watcher);
    if (this.#streamed[at] === 1) return false;
    this.#streamed[at] = 1;
    if (--this.#pending[post] === 0) this.awaited -= this.#sizeOf(this.#row[post]);
    return true;
  }

  wasStreamed(postId: bigint, watcher: number): boolean {
    return this.#streamed[this.#expectationOf(present(this.#byId.get(postId)), watcher)] === 1;
  }

  /** All that each watcher's timeline must hold, by the watcher's index; ids in no order. */
  byWatcher(watchers: number): readonly (readonly ExpectedPost[])[] {
    const { starts, watchers: at } = this.#authors;
    const expected: ExpectedPost[][] = Array.from({ length: watchers }, () => []);
    for (let post = 0; post < this.#posts; post++) {
      const one = this.#postAt(post);
      const row = this.#row[post];
      for (let place = starts[row]; place < starts[row + 1]; place++) {
        expected[at[place]].push(one);
      }
    }
    return expected;
  }

  #postAt(post: number): ExpectedPost {
    return {
      postId: this.#ids[post],
      author: this.#author[post],
      ackedMicros: this.#ackedMicros[post],
    };
  }

  #expectationOf(post: number, watcher: number): number {
    const row = this.#row[post];
    return this.#first[post] + this.#authors.placeOf(row, watcher) - this.#authors.starts[row];
  }

  #sizeOf(row: number): number {
    return this.#authors.starts[row + 1] - this.#authors.starts[row];
  }

  /** First of those that came since the last time and are not in the sample; then of the sample. */
  #makeRoom(): void {
    this.#thin();
    while (this.#used > (1 - ROOM_SHARE) * this.#streamed.length) {
      this.#mask = this.#mask * 2 + 1;
      this.#thin();
    }
  }

  /** Lets posts go that all streams have brought and that are not in the sample; moves the others down. */
  #thin(): void {
    const posts = this.#posts;
    this.#posts = 0;
    this.#used = 0;
    for (let from = 0; from < posts; from++) {
      const postId = this.#ids[from];
      const isSampled = (mix(Number(BigInt.asIntN(32, postId))) & this.#mask) === 0;
      if (isSampled || this.#pending[from] > 0) this.#move(from, postId);
      else {
        this.#byId.delete(postId);
        this.dropped++;
      }
    }
  }

  #move(from: number, postId: bigint): void {
    const to = this.#posts++;
    const first = this.#first[from];
    const size = this.#sizeOf(this.#row[from]);
    this.#byId.set(postId, to);
    this.#ids[to] = postId;
    this.#author[to] = this.#author[from];
    this.#row[to] = this.#row[from];
    this.#ackedMicros[to] = this.#ackedMicros[from];
    this.#first[to] = this.#used;
    this.#pending[to] = this.#pending[from];
    this.#streamed.copyWithin(this.#used, first, first + size);
    this.#used += size;
  }
}
