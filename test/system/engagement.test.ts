import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EngagementServiceService } from "#gen/engagement/v1/engagement.ts";
import { CreatePostRequest } from "#gen/post/v1/post.ts";
import { present } from "../../services/model/invariant.ts";
import {
  type ConnectOptions,
  connect,
  createClient,
} from "../../services/platform/grpc/client/client.ts";
import { PATIENT } from "../../services/platform/grpc/testing/patient.ts";
import { untilAnswered } from "../../tools/mesh/until-answered.ts";
import { startTestMesh, type TestMesh } from "../support/mesh/mesh.ts";
import { blockOf, onPorts } from "../support/readme/readme.ts";
import { newcomerEnv, shell } from "../support/readme/shell.ts";
import { until } from "../support/until.ts";

const AUTHOR = 1n;
const FRIENDS = Array.from({ length: 20 }, (_, i) => BigInt(i + 2));
const STRANGER = 500n;
const CHANGES_EACH = 30;
const COMMENTS_EACH = 5;
/** As an app would: again and again, but not at once. CANCELLED: its channel was closed under it. */
const PATIENCE = {
  passing: ["UNAVAILABLE", "DEADLINE_EXCEEDED", "CANCELLED"],
  maxTries: 1_000,
  waitMs: 50,
};
/** Asks again, and so gives up earlier. */
const INSISTENT = { ...PATIENT, defaultDeadlineMs: 20_000 };

describe("reactions in a mesh", () => {
  let mesh: TestMesh;
  let postId: bigint;
  const open = (options: ConnectOptions = PATIENT) => {
    const plan = present(mesh.plans.find(({ name }) => name === "engagement"));
    const channel = connect(`${mesh.host}:${plan.port}`, { ...options, retry: "none" });
    return { channel, engagement: createClient(EngagementServiceService, channel) };
  };
  const newPost = async () => {
    const draft = CreatePostRequest.fromPartial({ authorId: AUTHOR, text: "a post" });
    return (await mesh.posts.createPost(draft)).postId;
  };
  beforeAll(async () => {
    mesh = await startTestMesh({ neighbours: ["engagement"] });
    await Promise.all(
      FRIENDS.map((friendId) => mesh.friends.addFriend({ userId: AUTHOR, friendId })),
    );
    postId = await newPost();
  });
  afterAll(() => mesh?.end());

  test("are of those who may see the post", async () => {
    const { channel, engagement } = open();
    expect(await engagement.likePost({ userId: AUTHOR, postId })).toEqual({ changed: true });
    expect(await engagement.unlikePost({ userId: AUTHOR, postId })).toEqual({ changed: true });
    const stranger = engagement.likePost({ userId: STRANGER, postId });
    await expect(stranger).rejects.toMatchObject({ code: "NOT_FOUND" });
    channel.close();
  });

  test("are counted exactly after the service is killed twice under them", async () => {
    const liked = new Map<bigint, boolean>();
    let done = 0;
    let client = open(INSISTENT);
    /** Again and again until it is answered, as an app does. */
    const insist = async (ask: (client: ReturnType<typeof open>) => Promise<unknown>) => {
      await untilAnswered(() => ask(client), PATIENCE);
      done++;
    };
    const person = async (userId: bigint, i: number) => {
      for (let change = 0; change <= CHANGES_EACH + (i % 2); change++) {
        const isLike = change % 2 === 0;
        await insist(({ engagement }) =>
          isLike
            ? engagement.likePost({ userId, postId })
            : engagement.unlikePost({ userId, postId }),
        );
        liked.set(userId, isLike);
        if (change >= COMMENTS_EACH) continue;
        const draft = { authorId: userId, postId, parentId: 0n, text: `${change}` };
        const requestId = `c${change}`;
        await insist(({ engagement }) => engagement.createComment({ ...draft, requestId }));
      }
    };
    const everybody = Promise.all(FRIENDS.map(person));
    for (const part of [1, 2]) {
      await until(() => done > (part * FRIENDS.length * CHANGES_EACH) / 3);
      await mesh.kill("engagement", "SIGKILL");
      await mesh.restart("engagement");
      client.channel.close();
      client = open(INSISTENT);
    }
    await everybody;
    const { engagement } = client;
    const who = FRIENDS.filter((friend) => liked.get(friend));
    const { userIds } = await engagement.listLikes({
      ...{ viewerId: AUTHOR, postId, limit: 200, pageToken: "" },
    });
    expect(userIds.sort((a, b) => Number(a - b))).toEqual(who);
    const asked = { viewerId: AUTHOR, postIds: [postId], newestComments: 0 };
    const { reactions } = await engagement.batchGetReactions(asked);
    expect(reactions[0].likeCount).toBe(BigInt(who.length));
    expect(reactions[0].commentCount).toBe(BigInt(FRIENDS.length * COMMENTS_EACH));
    client.channel.close();
  });

  test("go with a post that is deleted", async () => {
    const { channel, engagement } = open();
    const gone = await newPost();
    await engagement.likePost({ userId: AUTHOR, postId: gone });
    await mesh.posts.deletePost({ postId: gone, authorId: AUTHOR });
    await until(async () => {
      const left = await engagement.listReactionsToErase({
        ...{ userId: 0n, postIds: [gone], limit: 0, pageToken: "" },
      });
      return left.reactions.length === 0;
    });
    const late = engagement.likePost({ userId: AUTHOR, postId: gone });
    await expect(late).rejects.toMatchObject({ code: "NOT_FOUND" });
    channel.close();
  });

  test("work as the README says", async () => {
    const base = mesh.ports.gateway;
    const env = newcomerEnv({ TIDINGS_PORT_BASE: String(base), TIDINGS_DATA_DIR: mesh.dataDir });
    const lines = onPorts(blockOf("engagement"), base);
    const { code, output } = await shell(`set -e\n${lines}`, env).ended;
    expect(output).toMatch(/"like_count": ?"1"/);
    expect(output).toContain("Well said");
    expect(output).toMatch(/"reactions":\{"like_count":1,"comment_count":1,"liked":true/);
    expect(code, output).toBe(0);
  });
});
