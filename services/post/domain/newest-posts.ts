import type { PostId, UserId } from "../../model/ids.ts";
import type { AuthorPost, AuthorPosts } from "../ports.ts";

/**
 * Keeps the newest `limit` of the posts it is offered, in a binary heap with the oldest on top. Offer
 * each author's posts newest first: the first one that is refused ends that author's turn, so that
 * over many authors little more is read than is kept.
 */
export class NewestPosts {
  readonly #limit: number;
  readonly #heap: AuthorPost[] = [];
  #isCut = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** False when the post, and with it everything older, has no room. */
  offer(postId: PostId, authorId: UserId): boolean {
    const heap = this.#heap;
    if (heap.length < this.#limit) {
      heap.push({ postId, authorId });
      this.#rise(heap.length - 1);
      return true;
    }
    this.#isCut = true;
    if (postId <= heap[0].postId) return false;
    heap[0] = { postId, authorId };
    this.#sink(0);
    return true;
  }

  /** Whether a post with this id would be kept. */
  hasRoomFor(postId: bigint): boolean {
    if (this.#heap.length < this.#limit || postId > this.#heap[0].postId) return true;
    this.#isCut = true;
    return false;
  }

  /** What was kept, newest first. `since`: the lower bound of the query. */
  take(since: bigint): AuthorPosts {
    const posts = this.#heap.sort((a, b) => (a.postId < b.postId ? 1 : -1));
    const oldest = posts.at(-1);
    return { posts, completeFrom: this.#isCut && oldest ? oldest.postId : since };
  }

  #rise(index: number): void {
    const heap = this.#heap;
    const item = heap[index];
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (heap[parent].postId <= item.postId) break;
      heap[index] = heap[parent];
      index = parent;
    }
    heap[index] = item;
  }

  #sink(index: number): void {
    const heap = this.#heap;
    const item = heap[index];
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && heap[child + 1].postId < heap[child].postId) child++;
      if (heap[child].postId >= item.postId) break;
      heap[index] = heap[child];
      index = child;
    }
    heap[index] = item;
  }
}
