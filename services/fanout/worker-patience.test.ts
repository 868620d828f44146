import { describe, expect, it } from "vitest";
import { until } from "../../test/support/until.ts";
import { postIdOf } from "../model/ids.ts";
import { unavailable } from "../platform/grpc/errors/errors.ts";
import { ids, runUntil, user, Workbench } from "./testing/bench.ts";

const FRIENDS = ids(30);

function bench(): Workbench {
  const made = new Workbench();
  for (let author = 1; author <= 60; author++) made.friends.friendsOf.set(user(author), FRIENDS);
  return made;
}

describe("what one message may hold up", () => {
  it("waits for one author whose friends cannot be read, and for nobody else", async () => {
    const work = bench();
    const calls: number[] = [];
    let isUnreadable = true;
    work.friends.before = (_, author) => {
      if (author !== 13n || !isUnreadable) return;
      calls.push(work.clock.monotonicMs());
      throw unavailable("read failure: too many tombstones");
    };
    for (let i = 1; i <= 40; i++) await work.post(i, i);
    await runUntil(work, () => work.worker.inHand === 1);
    for (let i = 1; i <= 40; i++) {
      const reached = i === 13 ? [] : FRIENDS;
      expect(work.timelines.viewersOf(postIdOf(i))).toEqual(reached);
    }
    // Later posts of others do not wait for it either.
    const asked = calls.length;
    for (let i = 41; i <= 60; i++) {
      await work.post(i, i);
      await until(() => work.worker.inHand === 1);
    }
    expect(calls.length).toBe(asked);
    isUnreadable = false;
    await runUntil(work, () => work.isQuiet);
    expect(work.timelines.viewersOf(postIdOf(13n))).toEqual(FRIENDS);
    expect(work.depth("dead-letters").ready).toBe(0);
  });

  it.each([30, 6_000])(
    "gives a message back that it held for minutes, %i friends",
    async (count) => {
      const work = bench();
      work.friends.friendsOf.set(user(1), ids(count));
      let isDown = true;
      work.timelines.before = () => {
        if (isDown) throw unavailable("connection refused");
      };
      const post = await work.post(1, 1);
      const taken = () => work.friends.listCalls.length + work.friends.rangeCalls;
      await runUntil(work, () => work.timelines.calls.length > 3);
      const before = taken();
      await runUntil(work, () => taken() > before);
      expect(work.clock.monotonicMs()).toBeGreaterThanOrEqual(5 * 60_000);
      isDown = false;
      await runUntil(work, () => work.isQuiet);
      expect(work.timelines.viewersOf(post)).toEqual(ids(count));
      expect(work.depth("dead-letters").ready).toBe(0);
    },
  );
});
