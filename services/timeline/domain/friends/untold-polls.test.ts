import { expect, it } from "vitest";
import { userIdOf } from "../../../model/ids.ts";
import { ManualClock } from "../../../platform/clock/manual-clock.ts";
import type { UntoldAnswer, UntoldChange } from "../../ports.ts";
import { UNHEARD_MS, UntoldPolls } from "./untold-polls.ts";

const [ANNA, BEN] = [1n, 2n].map(userIdOf);
const POLL_MS = 1_000;
const HALF_OF_KEPT_MS = 300_000;

function start() {
  const clock = new ManualClock();
  const happened: string[] = [];
  const asked: number[] = [];
  const answers: UntoldAnswer[] = [];
  const world = { isDown: false };
  const friends = {
    untold: async (sinceMs: number) => {
      if (world.isDown) throw new Error("away");
      asked.push(sinceMs);
      return answers.shift() ?? { changes: [], untilMs: sinceMs, isCut: false };
    },
  };
  const polls = new UntoldPolls({
    ...{ friends, clock },
    onUntold: (viewer, other) => happened.push(`${viewer}-${other}`),
    onGap: () => happened.push("gap"),
    onFailure: () => {},
  });
  /** Asks for the first time, and has the answer. */
  const begin = async () => {
    polls.start();
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  };
  return { clock, happened, asked, answers, world, polls, begin };
}

const change = (atMs: number): UntoldChange => ({ user: ANNA, friend: BEN, atMs });

it("tells of both ends of a change, once, however often it is answered, and goes on from there", async () => {
  const { polls, clock, answers, asked, happened, begin } = start();
  answers.push(
    { changes: [change(5)], untilMs: 5, isCut: false },
    { changes: [change(5), change(7)], untilMs: 7, isCut: false },
  );
  await begin();
  await clock.advance(2 * POLL_MS);
  expect(happened).toEqual(["1-2", "2-1", "1-2", "2-1"]);
  expect(asked.slice(1)).toEqual([5, 7]);
  await polls.close();
});

it("asks at once for the rest of an answer that was cut, and has not heard before it has that", async () => {
  const { polls, clock, answers, asked, begin } = start();
  await clock.advance(UNHEARD_MS + 1);
  answers.push({ changes: [change(5)], untilMs: 6, isCut: true });
  expect(polls.isUnheard).toBe(true);
  await begin();
  expect(asked).toHaveLength(2);
  expect(polls.isUnheard).toBe(false);
  await polls.close();
});

it("says that it hears nothing after a while without an answer, and no longer than that lasts", async () => {
  const { polls, clock, world, begin } = start();
  await begin();
  await clock.advance(POLL_MS);
  world.isDown = true;
  await clock.advance(UNHEARD_MS - POLL_MS);
  expect(polls.isUnheard).toBe(false);
  await clock.advance(2 * POLL_MS);
  expect(polls.isUnheard).toBe(true);
  world.isDown = false;
  await clock.advance(POLL_MS);
  expect(polls.isUnheard).toBe(false);
  await polls.close();
});

it("says that something may be missing when it heard nothing for very long, before it tells of anything", async () => {
  const { polls, clock, world, answers, happened, begin } = start();
  await begin();
  world.isDown = true;
  await clock.advance(HALF_OF_KEPT_MS + 2 * POLL_MS);
  answers.push({ changes: [change(5)], untilMs: 5, isCut: false });
  world.isDown = false;
  await clock.advance(3 * POLL_MS);
  expect(happened).toEqual(["gap", "1-2", "2-1"]);
  await polls.close();
});
