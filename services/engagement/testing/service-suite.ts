import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EngagementServiceService } from "#gen/engagement/v1/engagement.ts";
import { trustedPostId, trustedUserId } from "../../model/ids.ts";
import { PushStream } from "../../platform/concurrency/push-stream.ts";
import type { Client } from "../../platform/grpc/call.ts";
import { type Channel, connect, createClient } from "../../platform/grpc/client/client.ts";
import { PATIENT } from "../../platform/grpc/testing/patient.ts";
import type { EngagementOverrides, EngagementService } from "../create.ts";
import type { PostViewing } from "../ports.ts";
import { goneSuite } from "./gone-suite.ts";
import { listSuite } from "./list-suite.ts";
import { reactionCalls } from "./reaction-calls.ts";

/** Where a service starts, on one engine, again and again with what was stored. */
export interface EngagementWorld {
  start(overrides: Pick<EngagementOverrides, "viewing">): Promise<EngagementService>;
  remove(): Promise<void>;
}

/** Nobody sees the posts of people from here on; all others see each other's. */
const STRANGERS = 1_000_000n;
const AUTHOR = 7n;
/** Sees no post. */
const STRANGER = 8_888n;
/** Two people whose ids add up to this have blocked each other. */
const BLOCKED_SUM = 900_001n;

/** A post of the author's, or, from STRANGERS on, of nobody's friend's. */
export const openViewing: PostViewing = {
  authorOf: async (viewer, post) =>
    post >= STRANGERS || viewer === STRANGER ? undefined : trustedUserId(AUTHOR),
  hiddenFrom: async (viewer, people) =>
    new Set(people.filter((one) => one + viewer === BLOCKED_SUM)),
  forget: () => {},
};

/** What the service promises on each set of engines. */
export function engagementServiceSuite(create: () => Promise<EngagementWorld>): void {
  let world: EngagementWorld;
  let service: EngagementService;
  let channel: Channel;
  let engagement: Client<typeof EngagementServiceService>;
  let nextPost = 100n;

  const newPost = () => trustedPostId(nextPost++);
  const open = async () => {
    service = await world.start({ viewing: openViewing });
    channel = connect(service.grpc.address, { ...PATIENT, retry: "none" });
    engagement = createClient(EngagementServiceService, channel);
  };
  const shut = async () => {
    channel.close();
    await service.close();
  };
  beforeAll(async () => {
    world = await create();
    await open();
  });
  afterAll(async () => {
    await shut();
    await world.remove();
  });

  const calls = reactionCalls(() => engagement);
  const { like, unlike, comment, shown, likers, texts } = calls;

  describe("likes", () => {
    it("are a state: twice is once", async () => {
      const post = newPost();
      expect(await like(1n, post)).toEqual({ changed: true });
      expect(await like(1n, post)).toEqual({ changed: false });
      expect(await shown(post)).toMatchObject({ likeCount: 1n, likedByViewer: true });
      expect(await unlike(1n, post)).toEqual({ changed: true });
      expect(await unlike(1n, post)).toEqual({ changed: false });
      expect(await shown(post)).toMatchObject({ likeCount: 0n, likedByViewer: false });
    });

    it("of 100 people at once count 100, and each person ends as the last answer said", async () => {
      const post = newPost();
      const people = Array.from({ length: 100 }, (_, i) => BigInt(i + 1));
      await Promise.all(people.map((person) => like(person, post)));
      expect((await shown(post)).likeCount).toBe(100n);
      const ends = people.map(async (person) => {
        for (let i = 0n; i < person % 4n; i++) await (i % 2n === 0n ? unlike : like)(person, post);
      });
      await Promise.all(ends);
      // Odd numbers of changes end without the like.
      const kept = people.filter((person) => (person % 4n) % 2n === 0n);
      expect((await shown(post)).likeCount).toBe(BigInt(kept.length));
      expect((await likers(post, 7)).sort((a, b) => Number(a - b))).toEqual(kept);
    });

    it("and unlikes of one person, all at once, leave what is counted and what is listed the same", async () => {
      const post = newPost();
      const mixed = Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? like : unlike)(5n, post));
      await Promise.all(mixed);
      const { likeCount, likedByViewer } = await shown(post, 5n);
      expect(await likers(post, 10)).toHaveLength(Number(likeCount));
      expect(likedByViewer).toBe(likeCount === 1n);
    });

    it("are refused where the post can't be seen, and for what is no id", async () => {
      await expect(like(1n, STRANGERS)).rejects.toMatchObject({ code: "NOT_FOUND" });
      await expect(like(0n, 1n)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
      const asked = { viewerId: 1n, postId: STRANGERS, limit: 0, pageToken: "" };
      await expect(engagement.listLikes(asked)).rejects.toMatchObject({ code: "NOT_FOUND" });
      const wrong = { viewerId: 1n, postId: 5n, limit: 201, pageToken: "" };
      await expect(engagement.listLikes(wrong)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    });
  });

  listSuite(() => engagement, newPost);

  describe("comments", () => {
    it("come newest first, in pages, with their replies", async () => {
      const post = newPost();
      const first = await comment(1n, post, "c0");
      for (let i = 1; i < 9; i++) await comment(BigInt(i), post, `c${i}`);
      for (let i = 0; i < 5; i++) await comment(2n, post, `r${i}`, { parentId: first.commentId });
      const replies = ["r4", "r3", "r2", "r1", "r0"];
      const all = [...replies, "c8", "c7", "c6", "c5", "c4", "c3", "c2", "c1", "c0"];
      expect(await texts(post, 4)).toEqual(all);
      expect(await texts(post, 2, first.commentId)).toEqual(replies);
      const reactions = await shown(post);
      expect(reactions.commentCount).toBe(14n);
      expect(reactions.newestComments.map(({ text }) => text)).toEqual(["r4", "r3"]);
    });

    it("with a request id are written once, and refused with another text", async () => {
      const post = newPost();
      const once = { requestId: "r1" };
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => comment(1n, post, "once", once)),
      );
      expect(new Set(answers.map(({ commentId }) => commentId)).size).toBe(1);
      expect((await shown(post)).commentCount).toBe(1n);
      const other = comment(1n, post, "twice", once);
      await expect(other).rejects.toMatchObject({ code: "ALREADY_EXISTS" });
    });

    it("are deleted by their author or the post's, for good, and by nobody else", async () => {
      const post = newPost();
      const mine = await comment(1n, post, "mine", { requestId: "mine" });
      const yours = await comment(2n, post, "yours");
      const remove = (userId: bigint, commentId: bigint) =>
        engagement.deleteComment({ userId, postId: post, commentId });
      await expect(remove(3n, mine.commentId)).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
      await remove(1n, mine.commentId);
      await remove(AUTHOR, yours.commentId);
      await remove(AUTHOR, yours.commentId);
      await comment(1n, post, "mine", { requestId: "mine" });
      expect(await shown(post)).toMatchObject({ commentCount: 0n, newestComments: [] });
    });

    it("that may not be seen are as those that are not there, to reply to and to delete", async () => {
      const hidden = await comment(900_000n, STRANGERS - 1n, "of who blocked 1");
      const { postId: post, commentId } = hidden;
      const orphan = comment(1n, post, "a", { parentId: commentId });
      await expect(orphan).rejects.toMatchObject({ code: "NOT_FOUND" });
      await comment(2n, post, "a reply", { parentId: commentId });
      const remove = (userId: bigint) =>
        engagement.deleteComment({ userId, postId: post, commentId });
      expect(await remove(1n)).toEqual({});
      expect(await remove(STRANGER)).toEqual({});
      await expect(remove(2n)).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
      expect((await shown(post)).commentCount).toBe(2n);
      expect(await remove(900_000n)).toEqual({});
      expect((await shown(post)).commentCount).toBe(1n);
      const none = engagement.deleteComment({ userId: 1n, postId: post, commentId: 0n });
      await expect(none).rejects.toMatchObject({ message: /comment's id/ });
    });

    it("are refused when empty, too long, or to what is not there", async () => {
      const post = newPost();
      const wrong = { code: "INVALID_ARGUMENT" };
      for (const text of ["", "\u200b ", "é".repeat(513), "a\0", "a\u001b[2J"])
        await expect(comment(1n, post, text)).rejects.toMatchObject(wrong);
      const twoLines = comment(1n, post, "a", { requestId: "a\nb" });
      await expect(twoLines).rejects.toMatchObject({
        ...wrong,
        violations: [{ field: "request_id" }],
      });
      const orphan = comment(1n, post, "a", { parentId: 99n });
      await expect(orphan).rejects.toMatchObject({ code: "NOT_FOUND" });
    });
  });

  it("keeps all over a restart", async () => {
    const post = newPost();
    await Promise.all([like(1n, post), like(2n, post), comment(3n, post, "stays")]);
    await shut();
    await open();
    expect(await shown(post)).toMatchObject({ likeCount: 2n, commentCount: 1n });
    expect(await texts(post, 5)).toEqual(["stays"]);
  });

  it("tells streams what changed of the posts that they follow", async () => {
    const post = newPost();
    const requests = new PushStream<{
      viewerId: bigint;
      postIds: bigint[];
      newestComments: number;
    }>();
    requests.push({ viewerId: 1n, postIds: [post], newestComments: 1 });
    const answers = engagement.watchReactions(requests)[Symbol.asyncIterator]();
    const next = async () => (await answers.next()).value?.reactions[0];
    expect(await next()).toMatchObject({ postId: post, likeCount: 0n });
    await like(1n, post);
    expect(await next()).toMatchObject({ likeCount: 1n, likedByViewer: true });
    await comment(2n, post, "hello");
    expect(await next()).toMatchObject({ commentCount: 1n, newestComments: [{ text: "hello" }] });
    requests.end();
  });

  describe("people who go", () => goneSuite(() => engagement, newPost));
}
