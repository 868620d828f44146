import { expect, it } from "vitest";
import { progressOn } from "./progress.ts";

it("tells how far it is every two seconds", () => {
  let nowMs = 0;
  const lines: string[] = [];
  const tell = progressOn({ write: (text) => lines.push(text) }, () => nowMs);
  for (; nowMs <= 4_500; nowMs += 500) {
    const counts = { scan: 1, found: 7_000 + nowMs, deleted: 0, level: 0, levels: 0 };
    tell({ phase: "discovering", ...counts });
  }
  expect(lines).toEqual([
    "discovering: scan 1, found 9,000, deleted 0\n",
    "discovering: scan 1, found 11,000, deleted 0\n",
  ]);
});
