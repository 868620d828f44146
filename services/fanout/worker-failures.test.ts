import { describe, expect, it } from "vitest";
import { DeadLetter } from "#gen/event/v1/event.ts";
import { until } from "../../test/support/until.ts";
import { type PostId, postIdOf } from "../model/ids.ts";
import {
  type DomainError,
  internal,
  invalidArgument,
  NOT_OWNER,
  notFound,
  unavailable,
} from "../platform/grpc/errors/errors.ts";
import { ACK } from "../platform/messaging/bus.ts";
import { CLOSE_MS, ids, runUntil, user, Workbench } from "./testing/bench.ts";
import { nobody, ownersInTurn } from "./testing/fakes.ts";

const FRIENDS = ids(30);

function bench(settings: ConstructorParameters<typeof Workbench>[0] = {}): Workbench {
  const made = new Workbench(settings);
  for (let author = 1; author <= 200; author++) made.friends.friendsOf.set(user(author), FRIENDS);
  return made;
}

async function deadLetters(work: Workbench, count: number): Promise<DeadLetter[]> {
  const letters: DeadLetter[] = [];
  const consumer = work.bus.consume("dead-letters", { prefetch: 100 }, async ({ payload }) => {
    letters.push(DeadLetter.decode(payload));
    return ACK;
  });
  await until(() => letters.length >= count);
  await consumer.close();
  return letters;
}

describe("when targets fail", () => {
  it("keeps messages while all owners are down, takes no more than the prefetch, and loses none", async () => {
    const work = bench({ prefetch: { posts: 8, chunks: 4, friends: 8, parked: 8 } });
    let isDown = true;
    let failures = 0;
    work.timelines.before = () => {
      if (!isDown) return;
      failures++;
      throw unavailable("connection refused");
    };
    for (let i = 1; i <= 40; i++) await work.post(i, i);
    await runUntil(work, () => failures > 30);
    expect(work.depth("posts.fanout")).toMatchObject({ ready: 32, unsettled: 8 });
    isDown = false;
    await runUntil(work, () => work.isQuiet);
    for (let i = 1; i <= 40; i++) expect(work.timelines.viewersOf(postIdOf(i))).toEqual(FRIENDS);
    expect(work.depth("dead-letters").ready).toBe(0);
  });

  it("probes an owner that is down with one call at a time", async () => {
    const work = bench();
    let inFlight = 0;
    let most = 0;
    let calls = 0;
    work.timelines.before = async () => {
      calls++;
      most = Math.max(most, ++inFlight);
      await Promise.resolve();
      inFlight--;
      throw unavailable("down");
    };
    work.timelines.nextOwners = ownersInTurn("a");
    await work.timelines.refresh();
    await work.post(1, 1);
    await runUntil(work, () => calls > 3);
    most = 0;
    const before = calls;
    for (let i = 2; i <= 90; i++) await work.post(i, i);
    await runUntil(work, () => calls > before + 5);
    expect(most).toBe(1);
  });

  it("waits out a friend service that is down", async () => {
    const work = bench();
    let failures = 0;
    work.friends.before = () => {
      if (++failures <= 20) throw unavailable("connection refused");
    };
    const post = await work.post(1, 1);
    await runUntil(work, () => work.isQuiet);
    expect(work.timelines.viewersOf(post)).toEqual(FRIENDS);
  });

  it("follows a shard to its new owner, with everything that waited for the old one", async () => {
    const work = bench();
    work.timelines.nextOwners = ownersInTurn("d", "e");
    work.timelines.before = (owner) => {
      if (["a", "b", "c"].includes(owner)) throw unavailable("not mine", { reason: NOT_OWNER });
    };
    for (let i = 1; i <= 50; i++) await work.post(i, i);
    await runUntil(work, () => work.isQuiet);
    for (let i = 1; i <= 50; i++) expect(work.timelines.viewersOf(postIdOf(i))).toEqual(FRIENDS);
  });

  it("waits for a shard that nobody owns", async () => {
    const work = bench();
    work.timelines.owners = nobody();
    work.timelines.nextOwners = nobody();
    const post = await work.post(1, 1);
    await until(() => work.clock.sleeperCount > 0);
    expect(work.timelines.calls).toEqual([]);
    work.timelines.nextOwners = ownersInTurn("a", "b");
    await runUntil(work, () => work.isQuiet);
    expect(work.timelines.viewersOf(post)).toEqual(FRIENDS);
  });

  it("gives back what it could not finish when it closes", async () => {
    const work = bench();
    work.timelines.before = () => {
      throw unavailable("down");
    };
    for (let i = 1; i <= 5; i++) await work.post(i, i);
    await until(() => work.worker.inHand === 5 && work.clock.sleeperCount > 0);
    const closed = work.worker.close();
    await work.clock.advance(CLOSE_MS);
    await closed;
    expect(work.worker.inHand).toBe(0);
    expect(work.depth("posts.fanout")).toMatchObject({ ready: 5, unsettled: 0 });
    expect(work.depth("dead-letters").ready).toBe(0);
  });
});

describe("when a message fails by itself", () => {
  it("puts what is no event on the dead letters, with the reason", async () => {
    const work = bench();
    await work.bus.publish("posts", [Uint8Array.of(0x0a, 0x7f)]);
    await work.publish("posts", { event: undefined, requestId: "" });
    await work.post(0, 1);
    const letters = await deadLetters(work, 3);
    expect(letters.map(({ queue }) => queue)).toEqual([...Array(3).fill("posts.fanout")]);
    const reasons = letters.map(({ reason }) => reason).join("; ");
    for (const word of ["is no event", "no known kind", "post.post_id is 0"]) {
      expect(reasons).toContain(word);
    }
    expect(work.isQuiet).toBe(true);
  });

  it("finds the one that is wrong among those that shared its call", async () => {
    const work = bench();
    work.timelines.before = (_, { appends }) => {
      if (appends.some(({ postId }) => postId === 13n))
        throw invalidArgument("appends", "bad luck");
    };
    for (let i = 1; i <= 40; i++) await work.post(i, i);
    const letters = await deadLetters(work, 1);
    await until(() => work.isQuiet);
    expect(letters[0].reason).toBe("INVALID_ARGUMENT: appends: bad luck");
    expect(work.lookedFor).toEqual([13n]);
    for (let i = 1; i <= 40; i++) {
      if (i !== 13) expect(work.timelines.viewersOf(postIdOf(i))).toEqual(FRIENDS);
    }
  });

  it("has nobody look for a deletion that was given up", async () => {
    const work = bench();
    work.timelines.before = () => {
      throw invalidArgument("appends", "bad luck");
    };
    await work.post(13, 1, true);
    await deadLetters(work, 1);
    await until(() => work.isQuiet);
    expect(work.lookedFor).toEqual([]);
  });

  it("drops a post whose author cannot be, and goes on with the authors asked about beside it", async () => {
    const work = bench();
    work.friends.before = (_, author) => {
      if (author === 13n) throw notFound("user", author);
    };
    for (let i = 1; i <= 40; i++) await work.post(i, i);
    const letters = await deadLetters(work, 1);
    expect(letters[0].reason).toContain("NOT_FOUND");
    await until(() => work.isQuiet);
    expect(work.timelines.viewersOf(postIdOf(40n))).toEqual(FRIENDS);
  });

  const faults: [string, DomainError | Error][] = [
    ["a fault of the target", internal("bug")],
    ["an error of no known kind", new TypeError("x is not a function")],
  ];
  for (const [name, error] of faults) {
    it(`tries again after ${name}, and gives up after five times`, async () => {
      const work = bench();
      const failures = new Map<PostId, number>();
      work.timelines.before = (_, { appends }) => {
        const [{ postId }] = appends;
        const count = failures.get(postId) ?? 0;
        failures.set(postId, count + 1);
        if (postId === 1n || count < 4) throw error;
      };
      work.timelines.nextOwners = ownersInTurn("a");
      await work.timelines.refresh();
      await work.post(1, 1);
      await runUntil(work, () => work.depth("dead-letters").ready === 1);
      await work.post(2, 2);
      await runUntil(work, () => work.isQuiet);
      expect(failures.get(postIdOf(1n))).toBe(5);
      expect(work.timelines.viewersOf(postIdOf(2n))).toEqual(FRIENDS);
      expect((await deadLetters(work, 1))[0].reason).toContain("(5 times)");
    });
  }
});
