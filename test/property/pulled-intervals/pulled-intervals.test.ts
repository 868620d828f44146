/** Every order of openers, settlers, readers and time, over a small table: see model.ts. */
import { describe, expect, it } from "vitest";
import { firstPostIdAt, MAX_ID } from "../../../services/model/ids.ts";
import { type Broken, explore } from "./model.ts";

const EXPLORE_MS = 120_000;

it("says of every post one thing, whoever reads, whenever", { timeout: EXPLORE_MS }, () => {
  const { states, problem } = explore();
  expect(problem).toBeUndefined();
  expect(states).toBeGreaterThan(1_000);
});

const BROKEN: Readonly<Record<string, Broken>> = {
  "an interval that opens in the past": {
    change: (change, nowMs) => ({
      ...change,
      ...(change.interval && {
        interval: { ...change.interval, since: firstPostIdAt(nowMs - 4_000) },
      }),
    }),
  },
  "an interval that closes now": {
    change: (change, nowMs) => {
      const { interval } = change;
      if (interval?.until === undefined) return change;
      return { ...change, interval: { ...interval, until: firstPostIdAt(nowMs) } };
    },
  },
  "a change that does not look at what was settled meanwhile": {
    applies: (seen, table) => seen.version === table.version,
  },
  "a change that is not conditional": { applies: () => true },
  "a copy that takes itself for settled": {
    reading: (table, nowMs) => table.through(firstPostIdAt(nowMs + 10_000)),
  },
  "an open interval that is taken to last for ever": {
    reading: (table) => table.through(MAX_ID),
  },
};

describe("is seen when broken:", () => {
  it.each(Object.entries(BROKEN))("%s", { timeout: EXPLORE_MS }, (_, broken) => {
    expect(explore(broken).problem).toBeDefined();
  });
});
