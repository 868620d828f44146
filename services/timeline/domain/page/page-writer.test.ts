import fc from "fast-check";
import { expect, it } from "vitest";
import { GetTimelineResponse } from "#gen/timeline/v1/timeline.ts";
import { MAX_ID, POST_EPOCH_MS, userIdOf } from "../../../model/ids.ts";
import { encodeCursor } from "../cursor/cursor-writer.ts";
import { highHalf, lowHalf } from "../halves.ts";
import { entriesOf } from "./entries.ts";
import { createEntryWindow } from "./entry-window.ts";
import { PageWriter } from "./page-writer.ts";

const ids = fc.oneof(fc.bigInt(1n, MAX_ID), fc.bigInt(1n, 300n), fc.constant(MAX_ID));

it("writes the same message as ts-proto", () => {
  const writer = new PageWriter();
  const window = createEntryWindow(200);
  const entries = fc.array(fc.tuple(ids, ids), { maxLength: 200 });
  const next = fc.option(fc.bigInt(0n, MAX_ID), { nil: undefined });
  const degraded = fc.subarray([1, 2, 3, 4, 5, 6, 7] as const);
  fc.assert(
    fc.property(ids, entries, next, degraded, (viewer, pairs, before, reasons) => {
      window.count = pairs.length;
      pairs.forEach(([post, author], i) => {
        window.postHigh[i] = highHalf(post);
        window.postLow[i] = lowHalf(post);
        window.authorHigh[i] = highHalf(author);
        window.authorLow[i] = lowHalf(author);
      });
      const scroll = { viewer: userIdOf(viewer), boundMs: POST_EPOCH_MS + 1_000, incarnation: 5 };
      const written = writer.write(scroll, window, before, reasons);
      const expected = GetTimelineResponse.encode({
        entries: entriesOf(scroll, window),
        nextPageToken: before === undefined ? "" : encodeCursor(scroll, before),
        degraded: [...reasons],
      }).finish();
      expect(written.equals(expected)).toBe(true);
    }),
  );
});
