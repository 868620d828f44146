import { expect, it } from "vitest";
import { ManualClock } from "../../clock/manual-clock.ts";
import { NO_OWNER, NOT_OWNER, notBegun, unavailable } from "../errors/errors.ts";
import { whileMoving } from "./while-moving.ts";

const notOwner = () => unavailable("another's", { reason: NOT_OWNER });
const noOwner = () => unavailable("nobody's", { reason: NO_OWNER });
const broken = () => unavailable("the connection broke");

/** A shard that has another owner after `movedMs`; calls end as `ends` says, and then well. */
function setUp(ends: readonly (() => Error)[], movedMs = 300) {
  const clock = new ManualClock();
  const endsLeft = [...ends];
  const asked: number[] = [];
  const router = {
    ownerOf: () => "former",
    movedFrom: async (_former: string | undefined, _shard: number, ms: number) => {
      await clock.delay(Math.min(ms, movedMs));
      return movedMs <= ms;
    },
  };
  const ask = (mayRepeat = true) =>
    whileMoving(router, 0, { clock, mayRepeat }, async () => {
      asked.push(clock.monotonicMs());
      const end = endsLeft.shift();
      if (end) throw end();
      return "answer";
    });
  /** Once what has been called waits for the clock. */
  const pass = async (ms: number) => {
    await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(ms);
  };
  return { pass, asked, ask };
}

it("asks once more when the shard has another owner, and nobody before", async () => {
  const { pass, asked, ask } = setUp([broken]);
  const answer = ask();
  await pass(1_000);
  expect(await answer).toBe("answer");
  expect(asked).toEqual([0, 300]);
});

it("asks the next owner until it has loaded the shard", async () => {
  const { pass, asked, ask } = setUp([notOwner, notOwner, noOwner]);
  const answer = ask();
  await pass(1_000);
  expect(await answer).toBe("answer");
  expect(asked).toEqual([0, 300, 350, 400]);
});

it("gives up when nobody serves the shard in time", async () => {
  const { pass, ask } = setUp(Array.from({ length: 100 }, () => notOwner));
  const refused = expect(ask()).rejects.toMatchObject({ reason: NOT_OWNER });
  await pass(3_000);
  await refused;
  const away = setUp([notOwner], 10_000);
  const stillAway = expect(away.ask()).rejects.toMatchObject({ reason: NOT_OWNER });
  await away.pass(3_000);
  await stillAway;
  expect(away.asked).toEqual([0]);
});

it("repeats nothing that may have been done, unless it may be done twice", async () => {
  const { ask, asked } = setUp([broken]);
  await expect(ask(false)).rejects.toThrow("the connection broke");
  expect(asked).toHaveLength(1);
  const moved = setUp([notOwner]);
  const answer = moved.ask(false);
  await moved.pass(1_000);
  expect(await answer).toBe("answer");
});

it("does not wait when the owner is there, and refuses", async () => {
  await expect(setUp([() => notBegun("too busy")]).ask()).rejects.toThrow("too busy");
  const twice = setUp([broken, broken]);
  const refused = expect(twice.ask()).rejects.toThrow("the connection broke");
  await twice.pass(1_000);
  await refused;
  expect(twice.asked).toEqual([0, 300]);
});
