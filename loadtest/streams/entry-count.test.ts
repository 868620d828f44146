import fc from "fast-check";
import { expect, it } from "vitest";
import { eventText } from "../../services/gateway/http/streams/event-writer.ts";
import { EntryCount } from "./entry-count.ts";

const STREAM = [
  ": connected\n\n",
  eventText("entry", { text: "event: entry\nevent: entry\n" }, "c1"),
  ": still here\n\n",
  eventText("reactions", { post_id: "7" }),
  eventText("entry", { text: "b" }, "c2"),
  eventText("degraded", { degraded: ["filling"] }),
].join("");

it("counts what the gateway writes, wherever it is cut", () => {
  const bytes = Buffer.from(STREAM);
  const cuts = fc.uniqueArray(fc.integer({ min: 1, max: bytes.length - 1 }), { maxLength: 20 });
  fc.assert(
    fc.property(cuts, (at) => {
      const ends = [...at.toSorted((a, b) => a - b), bytes.length];
      const count = new EntryCount();
      const entries = ends.map((end, i) => count.add(bytes.subarray(ends[i - 1] ?? 0, end)));
      expect(entries.reduce((sum, one) => sum + one, 0)).toBe(2);
    }),
  );
});
