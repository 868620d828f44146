import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EngagementServiceService } from "#gen/engagement/v1/engagement.ts";
import { ErasureServiceService, type Job, JobState } from "#gen/erasure/v1/erasure.ts";
import { present } from "../../services/model/invariant.ts";
import type { Client } from "../../services/platform/grpc/call.ts";
import { type Channel, connect, createClient } from "../../services/platform/grpc/client/client.ts";
import { DomainError } from "../../services/platform/grpc/errors/errors.ts";
import { PATIENT } from "../../services/platform/grpc/testing/patient.ts";
import { seededRandom } from "../../services/platform/storage/log/testing/random.ts";
import { startTestMesh, type TestMesh } from "../support/mesh/mesh.ts";
import { type Acknowledged, befriendAll, everybodyPosts } from "../support/mesh/people.ts";

const PEOPLE = Array.from({ length: 8 }, (_, i) => BigInt(i + 1));
const [GONE, ...OTHERS] = PEOPLE;
const POSTS_EACH = 6;
const AT_ONCE = 6;
/** Of reactions to somebody who is going, or to a service that is away. */
const EXPECTED = ["NOT_FOUND", "FAILED_PRECONDITION", "UNAVAILABLE", "DEADLINE_EXCEEDED"];

/** A few items a second, so that there is a middle to be killed in. */
const env = {
  TIDINGS_ERASURE_WINDOW: "0",
  TIDINGS_ERASURE_ITEMS_PER_SECOND: "40",
  TIDINGS_ERASURE_LEASE: "1s",
};

describe("a person who goes while everybody reacts", () => {
  let mesh: TestMesh;
  let posts: readonly Acknowledged[];
  const channels: Channel[] = [];
  let reactions: Client<typeof EngagementServiceService>;
  let erasures: Client<typeof ErasureServiceService>;

  beforeAll(async () => {
    mesh = await startTestMesh({ env, neighbours: ["erasure", "engagement"] });
    await befriendAll(mesh, PEOPLE);
    const round = { round: "before", onAcknowledged: () => {} };
    posts = await everybodyPosts({ mesh, people: PEOPLE, postsEach: POSTS_EACH, ...round });
    await mesh.settle();
    const open = (name: "engagement" | "erasure") => {
      const { port } = present(mesh.plans.find((plan) => plan.name === name));
      const channel = connect(`${mesh.host}:${port}`, PATIENT);
      channels.push(channel);
      return channel;
    };
    reactions = createClient(EngagementServiceService, open("engagement"));
    erasures = createClient(ErasureServiceService, open("erasure"));
  });
  afterAll(async () => {
    for (const channel of channels) channel.close();
    await mesh?.end();
  });

  /** Likes and comments of everybody on everybody's posts; what was acknowledged, and what went wrong. */
  function react() {
    const kept = { likes: new Set<string>(), comments: new Map<bigint, number>() };
    const unexpected: unknown[] = [];
    let isOver = false;
    let requests = 0;
    const one = async (random: () => number) => {
      const userId = PEOPLE[Math.floor(random() * PEOPLE.length)];
      const { postId, authorId } = posts[Math.floor(random() * posts.length)];
      const isKept = userId !== GONE && authorId !== GONE;
      if (random() < 0.6) {
        await reactions.likePost({ userId, postId });
        if (isKept) kept.likes.add(`${userId} ${postId}`);
        return;
      }
      const requestId = String(requests++);
      const draft = { authorId: userId, postId, parentId: 0n, text: "hm", requestId };
      // Repeated with its id until somebody says what became of it: it counts once.
      for (;;) {
        try {
          await reactions.createComment(draft);
          break;
        } catch (error) {
          const isUnknown = error instanceof DomainError && error.code === "UNAVAILABLE";
          if (!isUnknown && !(error instanceof DomainError && error.code === "DEADLINE_EXCEEDED"))
            throw error;
        }
      }
      if (isKept) kept.comments.set(postId, (kept.comments.get(postId) ?? 0) + 1);
    };
    const loop = async (seed: number) => {
      const random = seededRandom(seed);
      while (!isOver) {
        await one(random).catch((error: unknown) => {
          if (error instanceof DomainError && EXPECTED.includes(error.code)) return;
          unexpected.push(error);
        });
      }
    };
    const loops = Array.from({ length: AT_ONCE }, (_, i) => loop(i + 1));
    return {
      kept,
      unexpected,
      requests: () => requests,
      stop: async () => {
        isOver = true;
        await Promise.all(loops);
      },
    };
  }

  async function watchUntil(jobId: string, isIt: (job: Job) => boolean): Promise<Job> {
    for await (const { job } of erasures.watchErasure({ jobId })) if (job && isIt(job)) return job;
    throw new Error("the stream ended before");
  }

  test("leaves nothing of theirs, and takes nothing of anybody else's, though engagement is killed", async () => {
    const traffic = react();
    await expect.poll(traffic.requests, { timeout: 100_000 }).toBeGreaterThan(60);
    const { job } = await erasures.eraseUser({ userId: GONE });
    const { jobId } = present(job);
    await watchUntil(jobId, ({ progress }) => (progress?.deletedCount ?? 0n) > 0n);
    await mesh.kill("engagement", "SIGKILL");
    await mesh.restart("engagement");
    const done = await watchUntil(jobId, ({ state }) => state === JobState.DONE);
    await traffic.stop();
    await mesh.settle();
    expect(traffic.unexpected).toEqual([]);
    expect(done.certificate?.tables.map(({ table }) => table)).toContain("likes");
    expect(await erasures.verifyErasure({ jobId, userId: GONE })).toMatchObject({
      authentic: true,
      verified: true,
    });
    const page = { limit: 0, pageToken: "" };
    const byThem = await reactions.listReactionsToErase({ userId: GONE, postIds: [], ...page });
    expect(byThem.reactions).toEqual([]);
    const theirs = posts.filter(({ authorId }) => authorId === GONE).map(({ postId }) => postId);
    const onTheirs = await reactions.listReactionsToErase({ userId: 0n, postIds: theirs, ...page });
    expect(onTheirs.reactions).toEqual([]);
    for (const { postId } of posts.filter(({ authorId }) => authorId !== GONE)) {
      const { userIds } = await reactions.listLikes({ viewerId: OTHERS[0], postId, ...page });
      expect(userIds).not.toContain(GONE);
      const liked = OTHERS.filter((userId) => traffic.kept.likes.has(`${userId} ${postId}`));
      expect(userIds).toEqual(expect.arrayContaining(liked));
      const asked = { viewerId: OTHERS[0], postIds: [postId], newestComments: 10 };
      const [shown] = (await reactions.batchGetReactions(asked)).reactions;
      expect(shown.likeCount).toBe(BigInt(userIds.length));
      expect(shown.commentCount).toBe(BigInt(traffic.kept.comments.get(postId) ?? 0));
      expect(shown.newestComments.map(({ authorId }) => authorId)).not.toContain(GONE);
    }
  });
});
