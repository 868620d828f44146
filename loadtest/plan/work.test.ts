import { describe, expect, it } from "vitest";
import { LOAD } from "./testing/loads.ts";
import { levelled, messagesASecond, spaced, workOf } from "./work.ts";

describe.each([
  ["calls to an owner", spaced],
  ["commits", levelled],
])("%s", (_, of) => {
  it("are one for each at low rates, and level off", () => {
    expect(of(1, 400)).toBeCloseTo(1, 2);
    expect(of(40_000, 400)).toBeGreaterThan(390);
    expect(of(40_000, 400)).toBeLessThan(400);
  });
});

it("calls to an owner that is sent one every 20 ms at most are nearly all their own up to half of that", () => {
  expect(spaced(25, 50)).toBeGreaterThan(22);
  expect(levelled(25, 50)).toBeLessThan(17);
});

it("messages of rows are one for each when they are seldom, and level off", () => {
  expect(messagesASecond(0, 57)).toBe(0);
  expect(messagesASecond(1, 57)).toBeCloseTo(1, 2);
  expect(messagesASecond(25, 57)).toBeCloseTo(18.3, 1);
  expect(messagesASecond(1_000, 57)).toBeCloseTo(25, 6);
  expect(messagesASecond(1_000, 1)).toBeCloseTo(50, 6);
});

describe("the work of a load", () => {
  const curve = { callsAtMost: 50, commitsAtMost: 250 };
  const load = { ...LOAD, owners: 4, ownersHere: 4, ownersTouched: 3.9, writers: 2 };
  const watched = { ...load, streams: 100, watchedShare: 0.01 };
  const [pushed, pulled] = (["push", "pull"] as const).map((delivery) =>
    workOf({ ...watched, delivery }, curve),
  );

  it("has by pull no friends, pieces, calls or entries, but every post in every owner's index", () => {
    const { posts, pages } = pulled;
    expect(pulled).toMatchObject({
      friendsListed: 0,
      pieces: 0,
      appendCalls: 0,
      stored: 0,
      dropped: 0,
    });
    expect(pulled.indexed).toBe(4 * posts);
    // 150 rows a second of each of two processes: nearly all of what a message can be.
    expect(pulled.logMessages).toBeCloseTo(49.2 * 4 * 2, 0);
    // Four owners look once a second, two post processes twice; what is new they are told, or it is with the heads.
    expect(pulled.logTableReads).toBe(4 * 3 + 2 * 2 * 3);
    const silent = workOf({ ...watched, delivery: "pull", postsPerSecond: 0 }, curve);
    expect([silent.logMessages, silent.logTableReads]).toEqual([0, 4 * 3 + 2 * 2 * 3]);
    expect(pulled.searched).toBe(pages * LOAD.friendsPerReader);
    expect(pushed).toMatchObject({ indexed: 0, logMessages: 0, logTableReads: 0, searched: 0 });
    expect(pushed.stored).toBeCloseTo(posts * LOAD.activePerPost, 6);
  });

  it("is the same by either of what is asked for, and of what is shown on streams", () => {
    const { posts, postedKiB, pages, batches, events, streams } = pushed;
    expect(pulled).toMatchObject({ posts, postedKiB, pages, batches, events, streams });
    expect(events).toBeGreaterThan(0);
  });
});
