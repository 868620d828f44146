import { describe, expect, it } from "vitest";
import { Post } from "#gen/post/v1/post.ts";
import { MAX_ID, type PostId, postIdOf, type UserId } from "../../../services/model/ids.ts";
import type { PostEraser, PostStore } from "../../../services/post/ports.ts";

interface EraserFixture {
  store(): PostStore & PostEraser;
  newAuthor(): UserId;
  create(author: UserId, text: string): Promise<PostId>;
}

const newest = (author: UserId) => ({
  authors: [author],
  since: postIdOf(0n),
  before: undefined,
  limit: 10,
});

/** What every store of posts promises to whoever erases an author. */
export function postEraserContract({ store: open, newAuthor, create }: EraserFixture): void {
  describe("erasing an author's posts", () => {
    it("finds deleted ones too, and leaves ids that are nobody's", async () => {
      const store = open();
      const author = newAuthor();
      const posts = [];
      for (const text of ["one", "two", "three"]) posts.unshift(await create(author, text));
      await store.delete(posts[1], author, "trace");
      const all = await store.listAll(author, MAX_ID, 10);
      expect(all).toEqual(posts);
      expect(await store.listAll(author, posts[0], 1)).toEqual([posts[1]]);
      await store.erase(author, posts);
      await store.erase(author, posts);
      expect(await store.listAll(author, MAX_ID, 10)).toEqual([]);
      for (const lookup of await store.get(posts)) {
        expect(lookup.kind).toBe("deleted");
        if (lookup.kind !== "deleted") continue;
        expect(Post.decode(lookup.message)).toMatchObject({
          authorId: 0n,
          text: "",
          deleted: true,
        });
      }
      expect((await store.listByAuthors(newest(author))).posts).toEqual([]);
    });

    it("leaves posts of others as they are, and knows nothing of ids that never were", async () => {
      const store = open();
      const author = newAuthor();
      const post = await create(author, "mine");
      await store.erase(newAuthor(), [post]);
      expect((await store.get([post])).map(({ kind }) => kind)).toEqual(["found"]);
    });
  });
}
