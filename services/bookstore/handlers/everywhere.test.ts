import { expect, it } from "vitest";
import { ManualClock } from "../../platform/clock/manual-clock.ts";
import { NO_OWNER, notFound, unavailable } from "../../platform/grpc/errors/errors.ts";
import type { Answered } from "../ports.ts";
import { everywhere } from "./everywhere.ts";

const here: Answered<string> = { found: ["a"], shards: [0, 1] };
const there: Answered<string> = { found: ["b"], shards: [2, 3] };
const ownerless = () => unavailable("nobody's", { reason: NO_OWNER });

/** Asked again and again, they answer so, one after the other, and then with the last. */
function setUp(...rounds: readonly (readonly Answered<string>[] | Error)[]) {
  const clock = new ManualClock();
  let asked = 0;
  const answer = everywhere(4, clock, async () => {
    const round = rounds[Math.min(asked++, rounds.length - 1)];
    if (round instanceof Error) throw round;
    return round;
  });
  answer.catch(() => {});
  /** Once what has been asked waits for the clock. */
  const pass = async (ms: number) => {
    await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(ms);
  };
  return { pass, answer, asked: () => asked };
}

it("is what all shards have found", async () => {
  expect(await setUp([here, there]).answer).toEqual(["a", "b"]);
});

it.each([
  ["one of them lacks", [here, { ...there, shards: [2] }]],
  ["two answer for one", [here, { ...there, shards: [1, 2, 3] }]],
  ["one is known to have no owner", ownerless()],
])("asks all of them again while %s", async (_, round) => {
  const { pass, answer, asked } = setUp(round, [here, there]);
  await pass(1_000);
  expect(await answer).toEqual(["a", "b"]);
  expect(asked()).toBe(2);
});

it("says that books have no owner when that lasts", async () => {
  const { pass, answer } = setUp(ownerless());
  await pass(3_000);
  await expect(answer).rejects.toMatchObject({ code: "UNAVAILABLE", reason: NO_OWNER });
});

it("passes on what else is wrong", async () => {
  await expect(setUp(notFound("book", 1n)).answer).rejects.toMatchObject({ code: "NOT_FOUND" });
});
