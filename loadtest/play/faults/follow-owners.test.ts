import { expect, it } from "vitest";
import { ManualClock } from "../../../services/platform/clock/manual-clock.ts";
import { followOwners } from "./follow-owners.ts";

it("tells of shards that moved, once, and of none that is only between two owners", async () => {
  const clock = new ManualClock();
  const target = { ownerByShard: [0, 1, -1] };
  const told: (readonly number[])[] = [];
  const over = new AbortController();
  const following = followOwners(target, (owners) => told.push(owners), clock, over.signal);
  const become = async (...owners: number[]) => {
    target.ownerByShard = owners;
    await clock.advance(5_000);
  };
  await become(0, 1, -1);
  await become(-1, 1, -1);
  expect(told).toEqual([]);
  await become(1, 1, -1);
  await become(-1, 0, -1);
  await become(0, 0, -1);
  expect(told).toEqual([
    [1, 1, -1],
    [1, 0, -1],
    [0, 0, -1],
  ]);
  over.abort();
  await following;
  expect(clock.sleeperCount).toBe(0);
});
