import { expect, it } from "vitest";
import { doubtsOf } from "./doubts.ts";

const KNOWN = {
  engine: "embedded",
  errors: { ours: 0.08, naive: 0.4 },
  costs: { gateway: { idle: 0.01, each: { restPages: 1e-3, restPosts: 1e-3, streams: 1e-6 } } },
  streamBytes: { gateway: 40_000 },
} as const;

it("has none of what was measured and held", () => {
  expect(doubtsOf({ owners: 64 }, KNOWN)).toEqual([]);
});

it("says what was never measured, what failed, and what the calibration knows nothing of", () => {
  expect(doubtsOf({ owners: 80 }, { ...KNOWN, errors: { ours: 0.13, naive: 1 } })).toEqual([
    "NOT MEASURED beyond 64 owners, and these are 80",
    "held-out predictions were off by 13%, and 10% is the aim",
  ]);
  const { streamBytes: _, ...known } = KNOWN;
  const old = { ...known, costs: { gateway: { idle: 0.01, each: { pages: 1e-7 } } } };
  expect(doubtsOf({ owners: 1 }, old)).toEqual([
    "the gateway's work for REST and live streams NOT in it, for this calibration has no costs of that: make a new one",
  ]);
});
