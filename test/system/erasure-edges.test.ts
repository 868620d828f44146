import { afterAll, beforeAll, describe } from "vitest";
import { EngagementServiceService } from "#gen/engagement/v1/engagement.ts";
import { CreatePostRequest, PostStatus } from "#gen/post/v1/post.ts";
import { edgeSuite } from "../../erasure/testing/edge-suite.ts";
import { grpcHoldings } from "../../services/erasure/adapters/grpc/grpc-holdings.ts";
import { meshStore } from "../../services/erasure/domain/mesh-store.ts";
import { MESH_SCHEMA } from "../../services/erasure/domain/schema.ts";
import { userIdOf } from "../../services/model/ids.ts";
import { present } from "../../services/model/invariant.ts";
import { shardOf } from "../../services/model/shards.ts";
import type { Client } from "../../services/platform/grpc/call.ts";
import { type Channel, connect, createClient } from "../../services/platform/grpc/client/client.ts";
import { createLogger } from "../../services/platform/telemetry/logger.ts";
import { createMetrics } from "../../services/platform/telemetry/metrics.ts";
import { startTestMesh, type TestMesh } from "../support/mesh/mesh.ts";
import { readOnce } from "../support/mesh/people.ts";

const log = createLogger("test", "silent");

describe("a mesh erases by each declared edge", () => {
  let person = 1_000n;
  let holdings: ReturnType<typeof grpcHoldings>;
  let mesh: TestMesh;
  let reactionChannel: Channel;
  let reactions: Client<typeof EngagementServiceService>;
  beforeAll(async () => {
    mesh = await startTestMesh({ neighbours: ["engagement"] });
    const { host, ports } = mesh;
    const engagement = `${host}:${ports.neighbours.engagement}`;
    reactionChannel = connect(engagement, { log, defaultDeadlineMs: 20_000 });
    reactions = createClient(EngagementServiceService, reactionChannel);
    holdings = grpcHoldings({
      postAddresses: [`${host}:${ports.post}`],
      friendAddresses: [`${host}:${ports.friend}`],
      timelineAddresses: ports.timeline.map((port) => `${host}:${port}`),
      engagementAddresses: [engagement],
      log,
      metrics: createMetrics("test"),
    });
  });
  afterAll(async () => {
    holdings?.close();
    reactionChannel?.close();
    await mesh?.end();
  });

  const exists = {
    users: async (id: bigint) => {
      const draft = CreatePostRequest.fromPartial({ authorId: id, text: "still here" });
      return mesh.posts.createPost(draft).then(
        () => true,
        () => false,
      );
    },
    posts: async (id: bigint) => {
      const { results } = await mesh.posts.batchGetPosts({ postIds: [id] });
      return results[0].status === PostStatus.FOUND;
    },
    friendships: async (id: bigint) => {
      const { areFriends } = await mesh.friends.batchCheckFriends({
        userId: person,
        otherIds: [id],
      });
      return areFriends[0];
    },
    relations: async (id: bigint) => {
      const list = { userId: person, fromUserId: 0n, limit: 0 };
      return (await mesh.friends.listRelationsToErase(list)).userIds.includes(id);
    },
    timelines: async (id: bigint) => {
      const { deactivatedCount } = await mesh.router.call(shardOf(id), (timeline) =>
        timeline.deactivateTimelines({ viewerIds: [id] }),
      );
      return deactivatedCount === 1;
    },
  };
  const reactionExists = async (id: string) => {
    const [userId, postId, commentId] = id.split(".").map(BigInt);
    const list = { userId, postIds: [], limit: 0, pageToken: "" };
    const { reactions: found } = await reactions.listReactionsToErase(list);
    return found.some((one) => one.postId === postId && one.commentId === commentId);
  };
  /** A person's reaction to a post of theirs, or of a friend's. */
  const react = async (kind: "like" | "comment", to: "person" | "post") => {
    person += 10n;
    await mesh.friends.addFriend({ userId: person, friendId: person + 1n });
    const draft = CreatePostRequest.fromPartial({ authorId: person + 1n, text: "theirs" });
    const { postId } = await mesh.posts.createPost(draft);
    const reacting = { authorId: person, postId, parentId: 0n, text: "hm", requestId: "" };
    if (kind === "like") await reactions.likePost({ userId: person, postId });
    const { comment } =
      kind === "comment" ? await reactions.createComment(reacting) : { comment: undefined };
    const from = `${person}.${postId}.${comment?.commentId ?? 0n}`;
    if (to === "person") return { to: person, from };
    authorOfPost.set(postId, person + 1n);
    return { to: postId, from };
  };
  const authorOfPost = new Map<bigint, bigint>();
  edgeSuite(MESH_SCHEMA, () => ({
    storeFor: (table, id) => {
      const owner = table === "posts" ? present(authorOfPost.get(BigInt(id))) : BigInt(id);
      return meshStore(userIdOf(owner), holdings);
    },
    exists: (table, id) =>
      table === "likes" || table === "comments"
        ? reactionExists(String(id))
        : exists[table as keyof typeof exists](BigInt(id)),
    refers: async () => false,
    make: {
      posts: {
        author: async () => {
          person += 10n;
          const draft = CreatePostRequest.fromPartial({ authorId: person, text: "mine" });
          return { to: person, from: (await mesh.posts.createPost(draft)).postId };
        },
      },
      friendships: {
        either: async () => {
          person += 10n;
          await mesh.friends.addFriend({ userId: person, friendId: person + 1n });
          return { to: person, from: person + 1n };
        },
      },
      relations: {
        either: async () => {
          person += 10n;
          await mesh.friends.requestFriend({ userId: person + 1n, friendId: person });
          await mesh.friends.blockUser({ userId: person, blockedId: person + 1n });
          return { to: person, from: person + 1n };
        },
      },
      likes: {
        person: () => react("like", "person"),
        post: () => react("like", "post"),
      },
      comments: {
        author: () => react("comment", "person"),
        post: () => react("comment", "post"),
      },
      timelines: {
        viewer: async () => {
          person += 10n;
          await readOnce(mesh, [person]);
          return { to: person, from: person };
        },
      },
    },
  }));
});
