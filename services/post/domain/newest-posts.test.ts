import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { postIdOf, userIdOf } from "../../model/ids.ts";
import { NewestPosts } from "./newest-posts.ts";

const posts = fc.uniqueArray(
  fc.record({
    postId: fc.bigInt({ min: 1n, max: 500n }),
    authorId: fc.bigInt({ min: 1n, max: 5n }),
  }),
  { selector: ({ postId }) => postId, maxLength: 100 },
);

describe("the newest posts of many authors", () => {
  it("are the same as after sorting all, and complete down to where it says", () => {
    fc.assert(
      fc.property(posts, fc.integer({ min: 1, max: 40 }), (all, limit) => {
        const newest = new NewestPosts(limit);
        const sorted = [...all].sort((a, b) => (a.postId < b.postId ? 1 : -1));
        for (const author of [1n, 2n, 3n, 4n, 5n]) {
          for (const { postId, authorId } of sorted) {
            if (authorId !== author) continue;
            if (!newest.offer(postIdOf(postId), userIdOf(authorId))) break;
          }
        }
        const { posts: kept, completeFrom } = newest.take(7n);
        expect(kept).toEqual(sorted.slice(0, limit));
        expect(completeFrom).toBe(sorted.length > limit ? sorted[limit - 1].postId : 7n);
      }),
    );
  });
});
