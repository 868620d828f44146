import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EngagementServiceService } from "#gen/engagement/v1/engagement.ts";
import { ErasureServiceService, type Job, JobState } from "#gen/erasure/v1/erasure.ts";
import { CreatePostRequest, PostStatus } from "#gen/post/v1/post.ts";
import { present } from "../../services/model/invariant.ts";
import type { Client } from "../../services/platform/grpc/call.ts";
import { type Channel, connect, createClient } from "../../services/platform/grpc/client/client.ts";
import { PATIENT } from "../../services/platform/grpc/testing/patient.ts";
import { startTestMesh, type TestMesh } from "../support/mesh/mesh.ts";
import {
  type Acknowledged,
  befriendAll,
  everybodyPosts,
  everyoneSees,
  readOnce,
} from "../support/mesh/people.ts";
import { blockOf } from "../support/readme/readme.ts";
import { newcomerEnv, shell } from "../support/readme/shell.ts";

const PEOPLE = Array.from({ length: 8 }, (_, i) => BigInt(i + 1));
const [GONE, ...OTHERS] = PEOPLE;
const POSTS_EACH = 10;

/** A few items a second, so that there is a middle to be killed in. */
const env = {
  TIDINGS_ERASURE_WINDOW: "0",
  TIDINGS_ERASURE_ITEMS_PER_SECOND: "8",
  TIDINGS_ERASURE_LEASE: "1s",
};

describe("a person who goes", () => {
  let mesh: TestMesh;
  let posts: readonly Acknowledged[];
  let reactionChannel: Channel;
  let reactions: Client<typeof EngagementServiceService>;
  let ownPost: bigint;
  let theirPost: bigint;
  beforeAll(async () => {
    mesh = await startTestMesh({ env, neighbours: ["erasure", "engagement"] });
    await befriendAll(mesh, PEOPLE);
    await readOnce(mesh, PEOPLE);
    posts = await everybodyPosts({
      mesh,
      people: PEOPLE,
      postsEach: POSTS_EACH,
      round: "before",
      onAcknowledged: () => {},
    });
    await mesh.settle();
    const plan = present(mesh.plans.find(({ name }) => name === "engagement"));
    reactionChannel = connect(`${mesh.host}:${plan.port}`, PATIENT);
    reactions = createClient(EngagementServiceService, reactionChannel);
    const postOf = (author: bigint) =>
      present(posts.find(({ authorId }) => authorId === author)).postId;
    [ownPost, theirPost] = [postOf(GONE), postOf(OTHERS[0])];
    for (const userId of PEOPLE) {
      await reactions.likePost({ userId, postId: ownPost });
      await reactions.likePost({ userId, postId: theirPost });
    }
    const draft = { authorId: GONE, parentId: 0n, text: "by me", requestId: "1" };
    await reactions.createComment({ ...draft, postId: theirPost });
    await reactions.createComment({ ...draft, authorId: OTHERS[0], postId: ownPost });
  });
  afterAll(async () => {
    reactionChannel?.close();
    await mesh?.end();
  });

  const shownOn = async (postId: bigint) => {
    const asked = { viewerId: GONE, postIds: [postId], newestComments: 5 };
    return (await reactions.batchGetReactions(asked)).reactions[0];
  };

  const statuses = async () => {
    const postIds = posts.filter(({ authorId }) => authorId === GONE).map(({ postId }) => postId);
    const { results } = await mesh.posts.batchGetPosts({ postIds });
    return results.map(({ status, post }) => ({
      status,
      author: post?.authorId,
      text: post?.text,
    }));
  };

  test("is hidden at once, and gone for good, though the service is killed in the middle", async () => {
    const plan = present(mesh.plans.find(({ name }) => name === "erasure"));
    const open = () => connect(`${mesh.host}:${plan.port}`, PATIENT);
    let channel = open();
    let erasures = createClient(ErasureServiceService, channel);
    const watchUntil = async (jobId: string, isIt: (job: Job) => boolean) => {
      for await (const { job } of erasures.watchErasure({ jobId })) {
        if (job && isIt(job)) return job;
      }
      throw new Error("the stream ended before");
    };
    const nobody = await erasures.dryRun({ userId: 123_456_789n });
    expect(nobody).toEqual({ foundCount: 0n, paths: [] });
    const { job } = await erasures.eraseUser({ userId: GONE });
    const { jobId } = present(job);
    expect(new Set((await statuses()).map(({ status }) => status))).toEqual(
      new Set([PostStatus.DELETED]),
    );
    const range = { fromFriendId: 0n, beforeFriendId: 0n, limit: 0 };
    const listed = mesh.friends.listFriends({ userId: OTHERS[0], ...range });
    const friendIds = (await Array.fromAsync(listed)).flatMap((part) => part.friendIds);
    expect(friendIds).toEqual(OTHERS.slice(1));
    expect(await shownOn(theirPost)).toMatchObject({
      ...{ likeCount: BigInt(OTHERS.length), commentCount: 0n, likedByViewer: false },
    });
    await watchUntil(jobId, ({ progress }) => (progress?.deletedCount ?? 0n) > 0n);
    await mesh.kill("erasure", "SIGKILL");
    await mesh.restart("erasure");
    channel.close();
    channel = open();
    erasures = createClient(ErasureServiceService, channel);
    const done = await watchUntil(jobId, ({ state }) => state === JobState.DONE);
    expect(done.certificate?.tables.map(({ table }) => table)).toEqual([
      "comments",
      "friendships",
      "likes",
      "posts",
      "timelines",
      "users",
    ]);
    const verified = await erasures.verifyErasure({ jobId, userId: GONE });
    expect(verified).toMatchObject({ authentic: true, verified: true });
    channel.close();

    await mesh.settle();
    for (const { status, author, text } of await statuses()) {
      expect({ status, author, text }).toEqual({
        status: PostStatus.DELETED,
        author: 0n,
        text: "",
      });
    }
    expect(await shownOn(ownPost)).toMatchObject({ likeCount: 0n, commentCount: 0n });
    const left = { userId: GONE, postIds: [], limit: 0, pageToken: "" };
    expect((await reactions.listReactionsToErase(left)).reactions).toEqual([]);
    const again = reactions.likePost({ userId: GONE, postId: theirPost });
    await expect(again).rejects.toMatchObject({ code: "FAILED_PRECONDITION" });
    await everyoneSees(
      mesh,
      OTHERS,
      posts.filter(({ authorId }) => authorId !== GONE),
    );
    const late = CreatePostRequest.fromPartial({ authorId: GONE, text: "late" });
    await expect(mesh.posts.createPost(late)).rejects.toMatchObject({
      code: "FAILED_PRECONDITION",
    });
  });
});

describe("the README's erasure", () => {
  test("hides a person and brings them back", async () => {
    const mesh = await startTestMesh({ neighbours: ["erasure"] });
    try {
      const draft = CreatePostRequest.fromPartial({ authorId: 7n, text: "still here" });
      const { postId } = await mesh.posts.createPost(draft);
      const env = newcomerEnv({ TIDINGS_PORT_BASE: String(mesh.ports.gateway) });
      const { code, output } = await shell(`set -e\n${blockOf("erasure")}`, env).ended;
      // The post, and whose it is: nobody has read a timeline.
      expect(output).toMatch(/"found_count": ?"2"/);
      expect(output).toContain("WAITING");
      expect(output).toContain("CANCELLED");
      expect(code).toBe(0);
      const { results } = await mesh.posts.batchGetPosts({ postIds: [postId] });
      expect(results[0]).toMatchObject({ status: PostStatus.FOUND, post: { text: "still here" } });
    } finally {
      await mesh.end();
    }
  });
});
