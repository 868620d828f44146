import { describe, expect, it } from "vitest";
import { postIdOf } from "../model/ids.ts";
import { shardOf } from "../model/shards.ts";
import { unavailable } from "../platform/grpc/errors/errors.ts";
import { ids, runUntil, user, Workbench } from "./testing/bench.ts";
import { Gate, ownersInTurn } from "./testing/fakes.ts";

const FRIENDS = ids(30);
const OWNERS = ["a", "b", "c"];
const POSTS = 40;
const ownersOf = (id: bigint) => OWNERS[shardOf(user(Number(id))) % OWNERS.length];
const OF_B = FRIENDS.filter((id) => ownersOf(id) === "b");
const OF_OTHERS = FRIENDS.filter((id) => ownersOf(id) !== "b");

/** Everybody has the same friends; the worker holds few messages. */
function bench(friends = FRIENDS): Workbench {
  const made = new Workbench({ prefetch: { posts: 8, chunks: 4, friends: 8, parked: 8 } });
  for (let author = 1; author <= 200; author++) made.friends.friendsOf.set(user(author), friends);
  return made;
}

/** Owner b takes nothing until it is told to. */
function downB(work: Workbench) {
  const owner = { isDown: true, calls: 0 };
  work.timelines.before = (address) => {
    if (address !== "b" || !owner.isDown) return;
    owner.calls++;
    throw unavailable("connection refused");
  };
  return owner;
}

async function everyoneHas(work: Workbench, friends = FRIENDS): Promise<void> {
  await runUntil(work, () => work.isQuiet);
  for (let i = 1; i <= POSTS; i++) expect(work.timelines.viewersOf(postIdOf(i))).toEqual(friends);
  expect(work.depth("dead-letters").ready).toBe(0);
}

describe("an owner that is away", () => {
  it("holds up its own viewers only, and has all when it is back", async () => {
    const work = bench();
    const b = downB(work);
    for (let i = 1; i <= POSTS; i++) await work.post(i, i);
    const lastHas = () => work.timelines.viewersOf(postIdOf(POSTS)).length === OF_OTHERS.length;
    await runUntil(work, lastHas);
    for (let i = 1; i <= POSTS; i++)
      expect(work.timelines.viewersOf(postIdOf(i))).toEqual(OF_OTHERS);
    expect(work.depth("posts.fanout").ready).toBe(0);
    expect(work.parkedCount).toBeGreaterThanOrEqual(POSTS - 8);
    expect(OF_B.length).toBeGreaterThan(0);
    b.isDown = false;
    await everyoneHas(work);
  });

  it("gives what waits to who owns the viewers when it is taken", async () => {
    const work = bench();
    downB(work);
    for (let i = 1; i <= POSTS; i++) await work.post(i, i);
    await runUntil(work, () => work.parkedCount >= POSTS - 8);
    work.timelines.nextOwners = ownersInTurn("a", "c", "c");
    await everyoneHas(work);
  });

  it("holds up no list that is cut into chunks either", async () => {
    const many = ids(6_000);
    const work = bench(many);
    const b = downB(work);
    for (let i = 1; i <= POSTS; i++) await work.post(i, i);
    const others = many.filter((id) => ownersOf(id) !== "b");
    const lastHas = () => work.timelines.viewersOf(postIdOf(POSTS)).length === others.length;
    await runUntil(work, lastHas);
    b.isDown = false;
    await everyoneHas(work, many);
  });

  it("does so too when it hangs, and answers nothing", async () => {
    const work = bench();
    const gate = new Gate();
    let isHanging = true;
    work.timelines.before = (owner) => (owner === "b" && isHanging ? gate.wait() : undefined);
    await work.post(1, 1);
    await runUntil(work, () => gate.waiting === 1);
    for (let i = 2; i <= POSTS; i++) await work.post(i, i);
    // One at most is in a second call.
    await runUntil(work, () => work.parkedCount >= POSTS - 2);
    isHanging = false;
    gate.open();
    await everyoneHas(work);
  });

  it("is told of changed edges later, and the other end at once", async () => {
    const work = bench();
    const b = downB(work);
    work.timelines.notify = async (owner, hints) => {
      if (owner === "b" && b.isDown) throw unavailable("connection refused");
      for (const hint of hints) work.timelines.hints.push({ owner, hint });
    };
    const edges = OF_B.flatMap((one) => OF_OTHERS.map((other) => [one, other] as const));
    const events = edges.map(([userId, friendId]) => ({ userId, friendId }));
    for (const value of events) {
      await work.publish("edges", { event: { $case: "friend", value }, requestId: "" });
    }
    const toldOf = (id: bigint) => work.timelines.hints.some(({ hint }) => hint.viewerId === id);
    await runUntil(work, () => OF_OTHERS.every(toldOf));
    expect(OF_B.some(toldOf)).toBe(false);
    b.isDown = false;
    await runUntil(work, () => work.isQuiet);
    expect(OF_B.every(toldOf)).toBe(true);
  });

  it("is one whom nobody can be told from when all are away: nothing is parked", async () => {
    const work = bench();
    let calls = 0;
    let areDown = true;
    work.timelines.before = () => {
      calls++;
      if (areDown) throw unavailable("connection refused");
    };
    for (let i = 1; i <= POSTS; i++) await work.post(i, i);
    await runUntil(work, () => calls > 60);
    expect(work.parkedCount).toBe(0);
    expect(work.depth("posts.fanout")).toMatchObject({ ready: POSTS - 8, unsettled: 8 });
    areDown = false;
    await everyoneHas(work);
  });
});

it("takes a parked message with no viewers for done", async () => {
  const work = bench();
  const post = { postId: 1n, authorId: 1n, createTimeMs: 0n, deleted: false };
  const value = { post, viewerIds: [] };
  await work.publish("parked-0", { event: { $case: "parked", value }, requestId: "" });
  await runUntil(work, () => work.isQuiet);
  expect(work.timelines.calls).toEqual([]);
});
