import { describe, expect, it } from "vitest";
import type { Series } from "../../../services/platform/telemetry/read-exposition.ts";
import type { MeshWindow } from "../../sources/mesh-watch.ts";
import { changesIn, quantileOf, secondsOf } from "./changes.ts";

const series = (name: string, value: number, labels = {}): Series => ({ name, labels, value });
const window = (before: readonly Series[] | undefined, now: readonly Series[]): MeshWindow => ({
  before: { atMs: 1_000, pages: new Map([["post", before]]), silences: new Map() },
  now: { atMs: 5_000, pages: new Map([["post", now]]), silences: new Map() },
});

describe("changes between two looks", () => {
  it("are the rises, by series", () => {
    const seen = window(
      [series("a", 5, { x: "1" }), series("a", 7, { x: "2" })],
      [series("a", 8, { x: "1" }), series("a", 7, { x: "2" }), series("b", 3)],
    );
    expect(changesIn(seen).map(({ name, rise }) => [name, rise])).toEqual([
      ["a", 3],
      ["a", 0],
      ["b", 3],
    ]);
    expect(secondsOf(seen)).toBe(4);
  });

  it("of a process that was started again are all that it has", () => {
    expect(changesIn(window([series("a", 100)], [series("a", 4)]))[0].rise).toBe(4);
  });

  it("of a process that was silent are not known", () => {
    expect(changesIn(window(undefined, [series("a", 4)]))).toEqual([]);
  });
});

describe("a quantile of buckets", () => {
  const buckets = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts).map(([le, rise]) => ({ process: "p", name: "s", labels: { le }, rise }));

  it("lies within its bucket", () => {
    const seen = buckets({ "0.1": 50, "0.5": 90, "1": 100, "+Inf": 100 });
    expect(quantileOf(seen, 0.5)).toBeCloseTo(0.1);
    expect(quantileOf(seen, 0.7)).toBeCloseTo(0.3);
    expect(quantileOf(seen, 1)).toBeCloseTo(1);
  });

  it("is the last bound, above that", () => {
    expect(quantileOf(buckets({ "0.1": 0, "+Inf": 10 }), 0.99)).toBe(0.1);
  });

  it("is that of all series together", () => {
    const seen = [
      ...buckets({ "0.1": 10, "1": 10, "+Inf": 10 }),
      ...buckets({ "0.1": 0, "1": 10, "+Inf": 10 }),
    ];
    expect(quantileOf(seen, 0.75)).toBeCloseTo(0.55);
  });

  it("of nothing is none", () => {
    expect(quantileOf([], 0.5)).toBeUndefined();
    expect(quantileOf(buckets({ "0.1": 0, "+Inf": 0 }), 0.5)).toBeUndefined();
  });
});
