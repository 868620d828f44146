import { expect, it } from "vitest";
import { doubtsOf } from "./doubts.ts";

const KNOWN = {
  engine: "embedded",
  errors: { ours: 0.08, naive: 0.4 },
  costs: {
    gateway: { idle: 0.01, each: { restPages: 1e-3, restPosts: 1e-3, streams: 1e-6 } },
    post: { idle: 0.01, each: { logMessages: 1e-5 } },
  },
  streamBytes: { gateway: 40_000 },
} as const;

it("has none of what was measured and held", () => {
  expect(doubtsOf({ owners: 64, delivery: "push", isToBeHad: true }, KNOWN)).toEqual([]);
});

it("says that a plan comes to no end", () => {
  const pulled = { ...KNOWN, delivery: "pull" } as const;
  const [doubt] = doubtsOf({ owners: 5, delivery: "pull", isToBeHad: false }, pulled);
  expect(doubt).toMatch(/^NOT TO BE HAD so/);
});

it("says of a delivery that nobody has calibrated that it is reckoned only", () => {
  const [doubt, ...others] = doubtsOf({ owners: 64, delivery: "pull", isToBeHad: true }, KNOWN);
  expect(doubt).toMatch(/^RECKONED ONLY, for the calibration is of push, .* --delivery pull$/);
  expect(others).toEqual([]);
  const pulled = { ...KNOWN, delivery: "pull" } as const;
  expect(doubtsOf({ owners: 5, delivery: "pull", isToBeHad: true }, pulled)).toEqual([]);
  expect(doubtsOf({ owners: 64, delivery: "pull", isToBeHad: true }, pulled)).toEqual([
    "NOT MEASURED beyond 5 owners, and these are 64",
  ]);
  expect(doubtsOf({ owners: 5, delivery: "push", isToBeHad: true }, pulled)[0]).toContain(
    "RECKONED ONLY",
  );
});

it("says what was never measured, what failed, and what the calibration knows nothing of", () => {
  expect(
    doubtsOf(
      { owners: 80, delivery: "push", isToBeHad: true },
      { ...KNOWN, errors: { ours: 0.13, naive: 1 } },
    ),
  ).toEqual([
    "NOT MEASURED beyond 64 owners, and these are 80",
    "held-out predictions were off by 13%, and 10% is the aim",
  ]);
  const { streamBytes: _, ...known } = KNOWN;
  const old = { ...known, costs: { gateway: { idle: 0.01, each: { pages: 1e-7 } } } };
  expect(doubtsOf({ owners: 1, delivery: "push", isToBeHad: true }, old)).toEqual([
    "the gateway's work for REST and live streams NOT in it, for this calibration has no costs of that: make a new one",
  ]);
});
