import { describe, expect, test } from "vitest";
import { detectFormat, FORMATS, type FormatName } from "./detect.ts";
import { FormatError } from "./line.ts";

/** What the lines of a file say: "a-b", "bad: reason" or "nothing". */
function read(format: FormatName, lines: readonly string[], shift = 0n) {
  const parser = FORMATS[format](shift);
  const parsed = lines.map((text) => {
    const line = parser.parse(text);
    if (line.kind === "edge") return `${line.a}-${line.b}`;
    return line.kind === "bad" ? `bad: ${line.reason}` : "nothing";
  });
  return { parsed, missing: parser.missing() };
}

const edges = (format: FormatName, lines: readonly string[], shift?: bigint) =>
  read(format, lines, shift).parsed.filter((text) => text !== "nothing");

describe("an edge list", () => {
  test("has two ids a line, between spaces or tabs, and whatever comes after them", () => {
    const lines = ["1 2", "3\t4", "  5   6  ", "7 8 0.25 1257894000"];
    expect(edges("edge-list", lines)).toEqual(["1-2", "3-4", "5-6", "7-8"]);
  });

  test("has comments and empty lines", () => {
    expect(edges("edge-list", ["# FromNodeId ToNodeId", "% sym", "", "  "])).toEqual([]);
  });

  test("has ids from 1 to 2^63-1", () => {
    const lines = [`1 ${2n ** 63n - 1n}`, `1 ${2n ** 63n}`, "1 -2", "1 2.5", "one 2", "1"];
    const parsed = edges("edge-list", lines);
    expect(parsed[0]).toBe("1-9223372036854775807");
    expect(parsed[1]).toContain('"9223372036854775808" is no id');
    expect(parsed[2]).toContain('"-2" is no id');
    expect(parsed[3]).toContain('"2.5" is no id');
    expect(parsed[4]).toContain('"one" is no id');
    expect(parsed[5]).toBe("bad: there must be two ids");
  });

  test("that counts from 0 is told the remedy, which works", () => {
    expect(edges("edge-list", ["0 1"])[0]).toContain("--shift 1");
    expect(edges("edge-list", ["0 1"], 1n)).toEqual(["1-2"]);
    expect(edges("edge-list", ["5 1"], -1n)[0]).toContain("after --shift -1");
  });

  test("quotes no more than a little of what is wrong", () => {
    expect(edges("edge-list", [`${"9".repeat(4_000)} 1`])[0].length).toBeLessThan(200);
  });
});

describe("CSV", () => {
  test("may have a header or not", () => {
    expect(edges("csv", ["user,friend", "1,2"])).toEqual(["1-2"]);
    expect(edges("csv", ["1,2", "3,4"])).toEqual(["1-2", "3-4"]);
  });

  test("has a header in its first line only", () => {
    expect(edges("csv", ["a,b", "1,2", "c,d"])[1]).toContain('"c" is no id');
  });

  test("may have quotes, spaces, semicolons and more columns", () => {
    expect(edges("csv", ['"1","2"', " 3 ; 4 ;x", "5,6,2026-11-21"])).toEqual(["1-2", "3-4", "5-6"]);
  });

  test("must have two columns", () => {
    expect(edges("csv", ["1"])[0]).toContain("two columns");
  });
});

describe("Matrix Market", () => {
  const header = "%%MatrixMarket matrix coordinate pattern symmetric";

  test("has a header, comments, a size, and entries from 1", () => {
    const { parsed, missing } = read("matrix-market", [header, "% by hand", "4 4 2", "2 1", "4 3"]);
    expect(parsed).toEqual(["nothing", "nothing", "nothing", "2-1", "4-3"]);
    expect(missing).toBeUndefined();
  });

  test("may be general, with values, and written in any case", () => {
    const general = "%%matrixmarket MATRIX Coordinate Real General";
    expect(edges("matrix-market", [general, "3 3 2", "1 2 0.5", "2 1 0.5"])).toEqual([
      "1-2",
      "2-1",
    ]);
  });

  test("has no entries outside of the matrix, before they are shifted", () => {
    const lines = [header, "4 4 3", "4 5", "0 1", "4 3"];
    expect(edges("matrix-market", lines, 10n)).toEqual([
      "bad: 5 is outside of the matrix: 1 to 4",
      "bad: 0 is outside of the matrix: 1 to 4",
      "14-13",
    ]);
  });

  test("that ends early says what is missing", () => {
    expect(read("matrix-market", []).missing).toBe("the file is empty");
    expect(read("matrix-market", [header]).missing).toContain("rows, columns and entries");
    expect(read("matrix-market", [header, "4 4 2", "2 1"]).missing).toContain(
      "2 entries, and has 1",
    );
  });

  test.each([
    ["a header of another kind", ["%%MatrixMarket matrix array real general"]],
    ["no header", ["1 2"]],
    ["a size that is none", [header, "4 4"]],
    ["a matrix that is not square", [header, "4 5 1"]],
  ])("with %s cannot be read at all", (_, lines) => {
    expect(() => read("matrix-market", lines)).toThrow(FormatError);
  });
});

test.each([
  ["g.mtx", "1 2", "matrix-market"],
  ["g.txt", "%%MatrixMarket matrix coordinate pattern general", "matrix-market"],
  ["g.csv.gz", "1 2", "csv"],
  ["g.txt", "a,b", "csv"],
  ["g.txt", "# nodes, edges", "edge-list"],
  ["g", "1\t2", "edge-list"],
  ["g.tsv", "a;b", "edge-list"],
])("a file %s that begins with %s is read as %s", (file, firstLine, format) => {
  expect(detectFormat(file, firstLine)).toBe(format);
});
