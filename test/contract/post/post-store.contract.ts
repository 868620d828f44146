import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Event } from "#gen/event/v1/event.ts";
import { Post } from "#gen/post/v1/post.ts";
import { type PostId, postIdOf, type UserId, userIdOf } from "../../../services/model/ids.ts";
import { ManualClock } from "../../../services/platform/clock/manual-clock.ts";
import type { Outbox } from "../../../services/platform/messaging/outbox/outbox.ts";
import type { IdSource } from "../../../services/platform/storage/ids/id-source.ts";
import type {
  AuthorPost,
  PostDraft,
  PostEraser,
  PostLookup,
  PostStore,
} from "../../../services/post/ports.ts";
import { drain } from "../../support/engines/drain-outbox.ts";
import { StepIds } from "../../support/step-ids.ts";
import { postEraserContract } from "./post-eraser.contract.ts";

/** A store with nothing in it, and its outbox, which nobody publishes. */
export interface PostStoreFixture {
  readonly store: PostStore & PostEraser;
  readonly outbox: Outbox;
  close(): Promise<void>;
}

const DAY_MS = 86_400_000;
const NONE = new Uint8Array();
let lastAuthor = 1_000n;

/** The suite shares one store: each test has authors of its own. */
function newAuthor(): UserId {
  lastAuthor += 1n;
  return userIdOf(lastAuthor);
}

function draft(authorId: UserId, text: string, requestId = ""): PostDraft {
  const place = { name: Buffer.from("Bern"), latitude: 46.9, longitude: 7.4 };
  return {
    authorId,
    text: Buffer.from(text),
    requestId,
    client: Buffer.from("test/1"),
    device: NONE,
    place,
  };
}

function textOf(lookup: PostLookup): string {
  return lookup.kind === "found" ? Post.decode(lookup.message).text : lookup.kind;
}

/** What every store of posts promises. */
export function postStoreContract(
  open: (ids: Pick<IdSource, "next">, clock: ManualClock) => Promise<PostStoreFixture>,
): void {
  const clock = new ManualClock();
  const ids = new StepIds(clock);
  let fixture: PostStoreFixture;
  let store: PostStore & PostEraser;

  beforeAll(async () => {
    fixture = await open(ids, clock);
    store = fixture.store;
  });
  afterAll(() => fixture.close());

  async function create(author: UserId, text: string, requestId = ""): Promise<PostId> {
    const outcome = await store.create(draft(author, text, requestId), "trace");
    if (outcome.kind !== "created") throw new Error(`unexpected ${outcome.kind}`);
    return outcome.postId;
  }
  const list = (
    authors: readonly UserId[],
    since: bigint,
    before: bigint | undefined,
    limit: number,
  ) =>
    store.listByAuthors({
      authors,
      since: postIdOf(since),
      before: before === undefined ? undefined : postIdOf(before),
      limit,
    });

  describe("reading by id", () => {
    it("answers in the order of the request, repeated ids too", async () => {
      const author = newAuthor();
      const first = await create(author, "first");
      const second = await create(author, "second 👋");
      const lookups = await store.get([second, 999n, first, second]);
      expect(lookups.map(textOf)).toEqual(["second 👋", "unknown", "first", "second 👋"]);
    });

    it("gives every field back", async () => {
      const author = newAuthor();
      const postId = await create(author, "whole");
      const [lookup] = await store.get([postId]);
      expect(lookup.kind === "found" && Post.decode(lookup.message)).toMatchObject({
        postId,
        authorId: author,
        text: "whole",
        client: "test/1",
        place: { name: "Bern", latitude: 46.9, longitude: 7.4 },
        deleted: false,
      });
    });

    it("answers 200 ids at once", async () => {
      const author = newAuthor();
      const posts = await Promise.all(
        Array.from({ length: 200 }, (_, i) => create(author, `${i}`)),
      );
      expect((await store.get(posts)).map(textOf)).toEqual(posts.map((_, i) => `${i}`));
    });
  });

  describe("request ids (rule 4.2)", () => {
    it("name one post, also when both requests come at once", async () => {
      const author = newAuthor();
      const same = await Promise.all([1, 2, 3].map(() => create(author, "same", "r")));
      expect(new Set(same).size).toBe(1);
      expect(await create(author, "same", "r")).toBe(same[0]);
      expect((await list([author], 0n, undefined, 10)).posts).toHaveLength(1);
    });

    it("are refused with another text, and are each author's own", async () => {
      const author = newAuthor();
      const post = await create(author, "one", "r");
      expect(await store.create(draft(author, "two", "r"), "trace")).toEqual({ kind: "conflict" });
      expect(await create(newAuthor(), "two", "r")).not.toBe(post);
    });

    it("do not bring a deleted post back", async () => {
      const author = newAuthor();
      const post = await create(author, "gone", "r");
      await store.delete(post, author, "trace");
      expect(await create(author, "gone", "r")).toBe(post);
      expect(await store.get([post])).toMatchObject([{ kind: "deleted" }]);
      expect((await list([author], 0n, undefined, 10)).posts).toEqual([]);
    });
  });

  describe("deleting", () => {
    it("is for the author only, and may be repeated", async () => {
      const author = newAuthor();
      const post = await create(author, "mine");
      expect(await store.delete(post, newAuthor(), "trace")).toBe("not-author");
      expect(await store.delete(postIdOf(998n), author, "trace")).toBe("not-found");
      expect(await store.delete(post, author, "trace")).toBe("deleted");
      expect(await store.delete(post, author, "trace")).toBe("deleted");
      expect(await store.get([post])).toMatchObject([{ kind: "deleted" }]);
    });
  });

  postEraserContract({ store: () => store, newAuthor, create });

  describe("listing by authors", () => {
    it("equals the naive answer for any authors, bounds and limit, over months of posts", async () => {
      const authors = [newAuthor(), newAuthor(), newAuthor(), newAuthor()];
      const all: AuthorPost[] = [];
      for (let i = 0; i < 60; i++) {
        clock.stepWall(3 * DAY_MS);
        const authorId = authors[(i * i) % 3];
        all.unshift({ postId: await create(authorId, `${i}`), authorId });
      }
      for (const index of [5, 20, 21]) {
        const [gone] = all.splice(index, 1);
        await store.delete(gone.postId, gone.authorId, "trace");
      }
      const bound = fc.option(fc.constantFrom(...all.map(({ postId }) => postId)), {
        nil: undefined,
      });
      const query = fc.record({
        asked: fc.uniqueArray(fc.constantFrom(...authors), { minLength: 1 }),
        since: bound,
        before: bound,
        limit: fc.integer({ min: 1, max: 70 }),
      });
      await fc.assert(
        fc.asyncProperty(query, async ({ asked, since = postIdOf(0n), before, limit }) => {
          const matching = all.filter(
            ({ postId, authorId }) =>
              asked.includes(authorId) &&
              postId >= since &&
              (before === undefined || postId < before),
          );
          const { posts, completeFrom } = await list(asked, since, before, limit);
          expect(posts).toEqual(matching.slice(0, limit));
          const complete = matching.filter(({ postId }) => postId >= completeFrom);
          expect(posts.slice(0, complete.length)).toEqual(complete);
          if (matching.length <= limit && limit >= 60) expect(completeFrom).toBe(since);
        }),
        { numRuns: 60 },
      );
    });

    it("shows a new post of an author whose lack of posts was just seen", async () => {
      const author = newAuthor();
      expect(await list([author], 0n, undefined, 10)).toEqual({ posts: [], completeFrom: 0n });
      const first = await create(author, "first");
      expect((await list([author], first, undefined, 10)).posts).toHaveLength(1);
      const second = await create(author, "second");
      expect((await list([author], second, undefined, 10)).posts).toHaveLength(1);
      expect((await list([author], second + 1n, undefined, 10)).posts).toHaveLength(0);
    });
  });

  it("leaves an event of every change in the outbox", async () => {
    await drain(fixture.outbox);
    const author = newAuthor();
    const postId = await create(author, "told");
    await store.delete(postId, author, "trace-2");
    const items = await drain(fixture.outbox);
    const events = items.map(({ queue, payload }) => ({
      queue,
      ...Event.decode(Buffer.from(payload)),
    }));
    expect(events).toMatchObject([
      {
        queue: "posts",
        requestId: "trace",
        event: { value: { postId, authorId: author, deleted: false } },
      },
      {
        queue: "posts",
        requestId: "trace-2",
        event: { value: { postId, authorId: author, deleted: true } },
      },
    ]);
  });
}
