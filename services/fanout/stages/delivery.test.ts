import { expect, it } from "vitest";
import { makePostId, postIdOf, userIdOf } from "../../model/ids.ts";
import { PulledTable, settledIntervals } from "../../model/pulled/pulled-table.ts";
import { ManualClock } from "../../platform/clock/manual-clock.ts";
import { DeliveryStage } from "./delivery.ts";
import { HeldTooLong } from "./lane-options.ts";

const NOW_MS = Date.UTC(2026, 0, 1);
const SETTLED_MS = 10_000;

/** A stage whose table is settled for ten seconds from now on, and no further. */
function stageWith(table: PulledTable) {
  const warnings: { readonly aheadMs: number }[] = [];
  const log = { warn: (about: { readonly aheadMs: number }) => warnings.push(about) };
  const intervals = { table, through: async () => false };
  const stage = new DeliveryStage(intervals, { clock: new ManualClock(NOW_MS), log });
  const deliver = async (timeMs: number) =>
    stage.isPushed(
      {
        postId: makePostId(timeMs, 0, 0),
        authorId: userIdOf(1n),
        requestId: "r",
        createTimeMs: timeMs,
        deleted: false,
      },
      0,
    );
  return { deliver, warnings };
}
const table = settledIntervals().table;
const known = new PulledTable({
  version: table.version,
  validThrough: postIdOf(makePostId(NOW_MS + SETTLED_MS, 0, 0)),
  intervals: [],
});

it("says of posts of a time to come that a clock is ahead, and gives them back", async () => {
  const { deliver, warnings } = stageWith(known);
  await expect(deliver(NOW_MS + 3_600_000)).rejects.toBeInstanceOf(HeldTooLong);
  expect(warnings).toMatchObject([{ aheadMs: 3_600_000 - SETTLED_MS }]);
});

it("says nothing of posts that the next reading will know, nor before the first one", async () => {
  for (const { deliver, warnings } of [stageWith(known), stageWith(PulledTable.UNREAD)]) {
    await expect(deliver(NOW_MS + SETTLED_MS + 2_000)).rejects.toBeInstanceOf(HeldTooLong);
    expect(warnings).toEqual([]);
  }
});
