import { describe, expect, test } from "vitest";
import { detectFormat } from "../tools/import-graph/formats/detect.ts";
import { EXPORT_FORMATS, type ExportFormat, exportSlice } from "./export.ts";
import { createGraph } from "./graph/graph.ts";

const graph = createGraph({ people: 2_000, seed: 6 });

function exported(slice: Parameters<typeof exportSlice>[1], format: ExportFormat) {
  const pieces = [...exportSlice(graph, slice, format)];
  const lines = pieces
    .map(({ text }) => text)
    .join("")
    .trimEnd()
    .split("\n");
  const parser = detectFormat("exported", lines.slice(0, 200), { shift: 0n });
  const said = ["edge", "bad"];
  const edges = lines.map((line) => parser.parse(line)).filter(({ kind }) => said.includes(kind));
  return { edges, last: pieces.at(-1) };
}

describe.each(Object.keys(EXPORT_FORMATS) as ExportFormat[])("%s", (format) => {
  test("import-graph reads back every friendship of the world, once", () => {
    const { edges, last } = exported({ from: 1, count: 2_000, isInside: false }, format);
    const read = new Map<number, number[]>();
    for (const edge of edges) {
      if (edge.kind !== "edge") throw new Error(`not an edge: ${edge.kind}`);
      const [a, b] = [Number(edge.a), Number(edge.b)];
      read.set(a, [...(read.get(a) ?? []), b]);
      read.set(b, [...(read.get(b) ?? []), a]);
    }
    for (let person = 1; person <= 2_000; person++) {
      const friends = (read.get(person) ?? []).sort((a, b) => a - b);
      expect(friends).toEqual([...graph.friends(person)]);
    }
    expect(last).toMatchObject({ people: 2_000, friendships: edges.length });
  });
});

test("a slice has all friendships of its people, or only those among them", () => {
  const slice = { from: 500, count: 300 };
  const all = exported({ ...slice, isInside: false }, "csv").edges;
  const inside = exported({ ...slice, isInside: true }, "csv").edges;
  const isOfSlice = (id: bigint) => id >= 500n && id < 800n;
  const among = all.filter((edge) => edge.kind === "edge" && isOfSlice(edge.b));
  expect(inside).toEqual(among);
  expect(inside.length).toBeGreaterThan(0);
  expect(all.length).toBeGreaterThan(inside.length);
});
