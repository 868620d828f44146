import { afterAll, beforeAll, describe, expect } from "vitest";
import { BookstoreServiceService } from "#gen/bookstore/v1/bookstore.ts";
import { EngagementServiceService } from "#gen/engagement/v1/engagement.ts";
import { GrowthServiceService } from "#gen/growth/v1/growth.ts";
import { CreatePostRequest, PostStatus } from "#gen/post/v1/post.ts";
import { edgeSuite } from "../../erasure/testing/edge-suite.ts";
import { grpcHoldings } from "../../services/erasure/adapters/grpc/grpc-holdings.ts";
import { newJob } from "../../services/erasure/domain/job.ts";
import { meshStore } from "../../services/erasure/domain/mesh-store.ts";
import { MESH_SCHEMA } from "../../services/erasure/domain/schema.ts";
import { sayEverywhere } from "../../services/erasure/runner/say-everywhere.ts";
import { userIdOf } from "../../services/model/ids.ts";
import { present } from "../../services/model/invariant.ts";
import { shardOf } from "../../services/model/shards.ts";
import type { Client } from "../../services/platform/grpc/call.ts";
import { type Channel, connect, createClient } from "../../services/platform/grpc/client/client.ts";
import { PLAINTEXT } from "../../services/platform/grpc/credentials/credentials.ts";
import type { DomainError } from "../../services/platform/grpc/errors/errors.ts";
import { PATIENT } from "../../services/platform/grpc/testing/patient.ts";
import { createLogger } from "../../services/platform/telemetry/logger.ts";
import { createMetrics } from "../../services/platform/telemetry/metrics.ts";
import { startTestMesh, type TestMesh } from "../support/mesh/mesh.ts";
import { readOnce } from "../support/mesh/people.ts";

const log = createLogger("test", "silent");
const BOOK_ID = 9_780_306_406_157n;
const BOOK = {
  isbn: String(BOOK_ID),
  title: "Mathematics",
  author: "Ann",
  priceCents: 1_999n,
  copies: 10n,
};
const REVENUE = 77n;

describe("a mesh erases by each declared edge", () => {
  let person = 1_000n;
  let holdings: ReturnType<typeof grpcHoldings>;
  let mesh: TestMesh;
  const channels: Channel[] = [];
  let reactions: Client<typeof EngagementServiceService>;
  let bookstore: Client<typeof BookstoreServiceService>;
  let growth: Client<typeof GrowthServiceService>;
  beforeAll(async () => {
    mesh = await startTestMesh({ neighbours: ["engagement", "bookstore", "growth"] });
    const { host, ports } = mesh;
    const addressOf = (name: "engagement" | "bookstore" | "growth") =>
      `${host}:${ports.neighbours[name]}`;
    const open = (name: "engagement" | "bookstore" | "growth") => {
      const channel = connect(addressOf(name), PATIENT);
      channels.push(channel);
      return channel;
    };
    reactions = createClient(EngagementServiceService, open("engagement"));
    bookstore = createClient(BookstoreServiceService, open("bookstore"));
    growth = createClient(GrowthServiceService, open("growth"));
    await bookstore.addBook(BOOK);
    holdings = grpcHoldings({
      credentials: PLAINTEXT,
      postAddresses: [`${host}:${ports.post}`],
      friendAddresses: [`${host}:${ports.friend}`],
      timelineAddresses: ports.timeline.map((port) => `${host}:${port}`),
      engagementAddresses: [addressOf("engagement")],
      bookstoreAddresses: [addressOf("bookstore")],
      growthAddresses: [addressOf("growth")],
      log,
      metrics: createMetrics("test"),
    });
  });
  afterAll(async () => {
    holdings?.close();
    for (const channel of channels) channel.close();
    await mesh?.end();
  });

  const exists = {
    users: async (id: bigint) => {
      const draft = CreatePostRequest.fromPartial({ authorId: id, text: "still here" });
      return mesh.posts.createPost(draft).then(
        () => true,
        (error: DomainError) => {
          if (error.code !== "FAILED_PRECONDITION") throw error;
          return false;
        },
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
    /** Every copy of an order stays sold, whoever bought it. */
    orders: async () => (await bookstore.getBook({ bookId: BOOK_ID })).book?.soldCopies === sold,
    revenues: async (id: bigint) => (await growth.getRank({ userId: id })).revenue === REVENUE,
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
  let sold = 0n;
  const ordersOf = async (buyerId: bigint) =>
    (await bookstore.listOrdersToErase({ buyerId, limit: 0, pageToken: "" })).orderIds;
  const authorOfPost = new Map<bigint, bigint>();
  edgeSuite(MESH_SCHEMA, () => ({
    storeFor: (table, id) => {
      const owner = table === "posts" ? present(authorOfPost.get(BigInt(id))) : BigInt(id);
      const user = userIdOf(owner);
      const times = { nowMs: Date.now(), windowMs: 0 };
      const job = { ...newJob("edge", user, times), state: "erasing" } as const;
      const jobs = { change: async () => job };
      const sayErased = async () => void (await sayEverywhere({ jobs, holdings }, job));
      return meshStore(user, holdings, { sayErased });
    },
    exists: (table, id) =>
      table === "likes" || table === "comments"
        ? reactionExists(String(id))
        : exists[table as keyof typeof exists](BigInt(id)),
    refers: async (table, id) =>
      table === "orders"
        ? (await ordersOf(person)).includes(BigInt(id))
        : (await growth.findUser({ personId: person })).userId === BigInt(id),
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
      orders: {
        buyer: async () => {
          person += 10n;
          const lines = [{ bookId: BOOK_ID, copies: 2, priceCents: BOOK.priceCents }];
          const request = { buyerId: person, lines, idempotencyKey: "mine" };
          const { order } = await bookstore.placeOrder(request);
          sold += 2n;
          expect(await ordersOf(person)).toEqual([order?.orderId]);
          return { to: person, from: present(order).orderId };
        },
      },
      revenues: {
        person: async () => {
          person += 10n;
          const value = { personId: person, revenue: REVENUE, referrerPersonId: 0n };
          const timeMs = BigInt(Date.now());
          const event = { $case: "signedUp", value } as const;
          const signUp = { eventId: `${person}`, timeMs, origin: undefined, event };
          const { results } = await growth.recordEvents({ events: [signUp] });
          return { to: person, from: results[0].userId };
        },
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
