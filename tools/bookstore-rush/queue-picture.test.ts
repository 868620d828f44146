import { describe, expect, it } from "vitest";
import { drawQueue, queueOf, queueSvg } from "./queue-picture.ts";

const spans = [
  { startMs: 10, endMs: 20 },
  { startMs: 10, endMs: 30 },
  { startMs: 10, endMs: 50 },
];

describe("the picture of the queue", () => {
  it("counts who waits in each step of time", () => {
    expect(queueOf(spans, 4)).toEqual({ waiting: [3, 2, 1, 1], endMs: 40 });
  });

  it("is drawn for a terminal", () => {
    const lines = drawQueue(queueOf(spans, 4)).split("\n");
    expect(lines[1]).toBe("     3 │█   ");
    expect(lines[8]).toBe("       │████");
    expect(lines.at(-1)).toContain("40 ms");
  });

  it("is drawn as an SVG", () => {
    expect(queueSvg(queueOf(spans, 4))).toMatch(/^<svg [\s\S]*40 ms[\s\S]*<\/svg>\n$/);
  });
});
