import { describe, expect, it } from "vitest";
import { AccountState, Event, SignUpEvent } from "#gen/event/v1/event.ts";
import { FakeFriends } from "../../services/fanout/testing/fakes.ts";
import { userIdOf } from "../../services/model/ids.ts";
import { idsOf } from "../../services/model/wire/id-pairs.ts";
import { systemClock } from "../../services/platform/clock/system-clock.ts";
import { unavailable } from "../../services/platform/grpc/errors/errors.ts";
import { encodeLetter } from "../../services/platform/messaging/dead-letter.ts";
import { LocalBus } from "../../services/platform/messaging/embedded/local-bus.ts";
import { memoryQueueStorage } from "../../services/platform/messaging/embedded/memory-queue-store.ts";
import { createLogger } from "../../services/platform/telemetry/logger.ts";
import { until } from "../../test/support/until.ts";
import { dropping, listing, replaying } from "./actions.ts";
import { namingOwners } from "./queue-owners.ts";
import { takeLetters } from "./take-letters.ts";

const NOW_MS = 1_800_000_000_000;
const OPTIONS = { limit: 100, patienceMs: 10_000 };
const SHAPE = { topics: ["posts", "edges"], queues: ["chunks", "dead-letters"] } as const;

function createBus(): LocalBus {
  const log = createLogger("test", "silent");
  const limits = { maxMessages: 1_000, maxOptionalMessages: 1_000 };
  const deps = { clock: systemClock, random: Math.random, log, ...limits };
  return new LocalBus(SHAPE, memoryQueueStorage(), deps);
}

const post = { postId: 7n, authorId: 1n, createTimeMs: 0n, deleted: false };
const EVENTS = {
  post: { $case: "post", value: post },
  deletion: { $case: "post", value: { ...post, deleted: true } },
  chunk: { $case: "chunk", value: { post, fromFriendId: 20n, beforeFriendId: 40n } },
  friend: { $case: "friend", value: { userId: 3n, friendId: 4n } },
  erasure: { $case: "erasure", value: { userId: 3n, state: AccountState.HIDDEN, timeMs: 1n } },
  signUp: { $case: "signUp", value: SignUpEvent.create({ userId: 9n }) },
} as const;

async function giveUp(bus: LocalBus, queue: string, event: Event["event"] | "rubbish") {
  const payload =
    event === "rubbish"
      ? Buffer.from([0x0a, 0x7f])
      : Buffer.from(Event.encode({ event, requestId: "r", messageId: Buffer.alloc(0) }).finish());
  const letter = { queue, payload, reason: "INTERNAL: bug", timeMs: BigInt(NOW_MS - 7_200_000) };
  await bus.publish("dead-letters", [encodeLetter(letter)]);
}

describe("dead letters", () => {
  it("lists each once, and leaves all where they are", async () => {
    const bus = createBus();
    await giveUp(bus, "posts.fanout", EVENTS.post);
    await giveUp(bus, "posts.fanout", EVENTS.deletion);
    await giveUp(bus, "chunks", EVENTS.chunk);
    await giveUp(bus, "edges.fanout", EVENTS.friend);
    await giveUp(bus, "erasures.search", EVENTS.erasure);
    await giveUp(bus, "people.growth", EVENTS.signUp);
    await giveUp(bus, "posts.fanout", "rubbish");
    await bus.publish("dead-letters", [Buffer.from([0x0a, 0x7f])]);
    const lines: string[] = [];
    const taken = await takeLetters(
      bus,
      OPTIONS,
      listing((line) => lines.push(line), NOW_MS),
    );
    expect(taken).toEqual({ letters: 7, bad: 1 });
    expect(lines).toEqual([
      "posts.fanout  post 7 by 1  2 h ago  INTERNAL: bug",
      "posts.fanout  deletion of post 7 by 1  2 h ago  INTERNAL: bug",
      "chunks  post 7 by 1, friends 20 to 40  2 h ago  INTERNAL: bug",
      "edges.fanout  edge 3 - 4  2 h ago  INTERNAL: bug",
      "erasures.search  person 3 is hidden  2 h ago  INTERNAL: bug",
      "people.growth  sign-up of 9  2 h ago  INTERNAL: bug",
      "posts.fanout  2 bytes that are no event  2 h ago  INTERNAL: bug",
    ]);
    expect(bus.queue("dead-letters").depth).toMatchObject({ ready: 8, unsettled: 0 });
  });

  it("takes no more than the limit", async () => {
    const bus = createBus();
    for (let i = 0; i < 10; i++) await giveUp(bus, "posts.fanout", EVENTS.post);
    const taken = await takeLetters(
      bus,
      { ...OPTIONS, limit: 3 },
      listing(() => {}, NOW_MS),
    );
    expect(taken.letters).toBe(3);
    expect(bus.queue("dead-letters").depth.ready).toBe(10);
  });

  it("replays a letter as the message it was, on the queue it was on", async () => {
    const bus = createBus();
    await giveUp(bus, "chunks", EVENTS.chunk);
    await takeLetters(bus, OPTIONS, replaying(bus));
    expect(bus.queue("dead-letters").depth.ready).toBe(0);
    const events: Event[] = [];
    bus.consume("chunks", { prefetch: 10 }, async ({ payload }) => {
      events.push(Event.decode(payload));
      return { kind: "ack" };
    });
    await until(() => events.length === 1);
    expect(events[0].event).toEqual(EVENTS.chunk);
  });

  it("names the service of a queue that can't be reached, where it was looked for, and the remedy", async () => {
    const away = {
      publish: async (queue: string) => {
        if (queue !== "edges.x") throw unavailable("connect ECONNREFUSED");
        throw unavailable("the queue is full", { reason: "FULL" });
      },
    };
    const replayOf = async (queue: "reactions.search" | "erasures.search" | "edges.x") => {
      const env = { TIDINGS_PORT_BASE: "14000", TIDINGS_ERASURE_ADDRESSES: "a:1,b:2" };
      const letter = { queue, payload: Buffer.alloc(0), reason: "", timeMs: 0, event: undefined };
      return replaying(namingOwners(away, env))(letter);
    };
    await expect(replayOf("reactions.search")).rejects.toThrow(
      "the engagement service, which has the queue reactions.search, does not answer at " +
        "127.0.0.1:14020: start it (npm start -- --with engagement), or say in " +
        "TIDINGS_ENGAGEMENT_ADDRESSES or TIDINGS_PORT_BASE where it is",
    );
    await expect(replayOf("erasures.search")).rejects.toThrow(
      "erasures.search, does not answer at a:1,b:2:",
    );
    await expect(replayOf("edges.x")).rejects.toThrow("the queue is full");
  });

  it("drops a letter when the viewers that it did not reach are inactive", async () => {
    const bus = createBus();
    const friends = new FakeFriends();
    friends.friendsOf.set(userIdOf(1n), [10n, 20n, 30n, 40n]);
    const deactivated: bigint[][] = [];
    const deactivate = async (viewers: Uint32Array) => void deactivated.push(idsOf(viewers));
    await giveUp(bus, "posts.fanout", EVENTS.post);
    await giveUp(bus, "chunks", EVENTS.chunk);
    await giveUp(bus, "edges.fanout", EVENTS.friend);
    await giveUp(bus, "posts.fanout", EVENTS.deletion);
    await giveUp(bus, "posts.fanout", "rubbish");
    await giveUp(bus, "posts.growth", EVENTS.post);
    await takeLetters(bus, OPTIONS, dropping(friends, deactivate));
    expect(deactivated).toHaveLength(4);
    // Of the post, and of the deletion.
    const all = deactivated.filter((viewers) => viewers.length === 4);
    expect(all).toEqual(Array(2).fill([10n, 20n, 30n, 40n]));
    expect(deactivated).toContainEqual([20n, 30n]);
    expect(deactivated).toContainEqual([3n, 4n]);
    expect(bus.queue("dead-letters").depth).toMatchObject({ ready: 0, unsettled: 0 });
  });
});
