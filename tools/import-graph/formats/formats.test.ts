import { describe, expect, test } from "vitest";
import { detectFormat, type FormatOptions } from "./detect.ts";
import { FormatError } from "./line.ts";

/** What a file is taken for, and what its lines say: "a-b", "bad: reason", "header"... */
function read(file: string, lines: readonly string[], options: Partial<FormatOptions> = {}) {
  const parser = detectFormat(file, lines, { shift: 0n, ...options });
  const parsed = lines.map((text) => {
    const line = parser.parse(text);
    if (line.kind === "edge") return `${line.a}-${line.b}`;
    return line.kind === "bad" ? `bad: ${line.reason}` : line.kind;
  });
  return { about: parser.about, parsed, missing: parser.missing() };
}

const edges = (file: string, lines: readonly string[], options?: Partial<FormatOptions>) =>
  read(file, lines, options).parsed.filter((text) => /^(\d+-|bad)/.test(text));

describe("the format is decided from the data, the name breaks a tie", () => {
  test.each([
    ["g.txt", ["1 2", "3 4"], "columns 1 and 2 between spaces"],
    ["g.csv", ["1 2", "3 4"], "columns 1 and 2 between spaces"],
    ["g.csv", ["1\t2"], "columns 1 and 2 between tabs"],
    ["g.edges", ["1,2", "3,4"], "columns 1 and 2 between commas"],
    ["g.txt", ["# comment", "1,2"], "columns 1 and 2 between commas"],
    ["g.tsv", ["1;2"], "columns 1 and 2 between semicolons"],
    ["g", ["1|2"], "columns 1 and 2 between |"],
    ["g.csv.gz", ["1, 2"], "columns 1 and 2 between commas"],
    ["g.txt", ["% sym", "1 2 1 1257894000"], "columns 1 and 2 between spaces, of 4"],
    ["g.txt", ["1 2 {'weight': 4, 'since': 2020}"], "columns 1 and 2 between spaces, of 6"],
    ["g.csv", ["a,b", "1,2"], 'columns 1 ("a") and 2 ("b") between commas; the header "a,b"'],
    ["g.csv", ["a;b", "1;2"], '("b") between semicolons; the header "a;b"'],
    ["g.txt", ["%%MatrixMarket matrix coordinate pattern general"], "a Matrix Market matrix"],
    ["g.csv", ["%MatrixMarket matrix coordinate pattern symmetric"], "a Matrix Market matrix"],
  ])("%s with %j", (file, lines, about) => {
    expect(read(file, lines).about).toContain(about);
  });

  test("unless it is said", () => {
    expect(read("g", ["1 2,3"], { format: "csv" }).about).toContain("commas");
    expect(read("g", ["9,1 2"], { format: "edge-list" }).about).toContain("spaces");
  });
});

describe("which columns hold the people", () => {
  test.each([
    ["Gephi's edges", ["Id,Source,Target,Type", "1,37,38,Undirected"], "37-38"],
    ["a data frame", [",source,target", "0,51,52"], "51-52"],
    ["a data frame with other names", [",x,y", "0,51,52"], "51-52"],
    [
      "LDBC",
      ["Person.id|Person.id|creationDate", "933|2199023256684|2010-01"],
      "933-2199023256684",
    ],
    ["LDBC, a date first", ["creationDate|Person1Id|Person2Id", "1|933|4"], "933-4"],
    ["Neo4j", [":START_ID(Person),:END_ID(Person),:TYPE", "1,2,KNOWS"], "1-2"],
    ["more columns without names", ["1 2 0.25 1257894000"], "1-2"],
  ])("%s", (_, lines, edge) => {
    expect(edges("g.csv", lines)).toEqual([edge]);
  });

  test("is asked, when the first of three looks like a time and no header says what it is", () => {
    const lines = ["1236950581249|933|2199023256684"];
    expect(() => read("g.csv", lines)).toThrow("--columns 2,3");
    expect(edges("g.csv", lines, { columns: [1, 2] })).toEqual(["933-2199023256684"]);
  });

  test("is asked, when lines hold one person and as many friends as there are", () => {
    const lines = ["1001 1017 1018 1019", "1002 1017"];
    expect(() => read("g.adjlist", lines)).toThrow("--columns 1,2");
    expect(edges("g.adjlist", lines, { columns: [0, 1] })).toEqual(["1001-1017", "1002-1017"]);
    expect(edges("g.txt", ["1 2 {'a': 1}", "1 3 {'a': 1, 'b': 2}"])).toEqual(["1-2", "1-3"]);
  });

  test("said by the user, counts; a line that is too short is bad", () => {
    const { about, parsed } = read("g", ["1 2 3", "4 5"], { columns: [0, 2] });
    expect(about).toContain("columns 1 and 3");
    expect(parsed).toEqual(["1-3", "bad: there must be 3 columns between spaces"]);
  });
});

describe("a line", () => {
  test("has ids from 1 to 2^63-1, also written with .0", () => {
    const lines = ["1 2", `1 ${2n ** 63n - 1n}`, "39301.0 39302.0"];
    expect(edges("g", lines)).toEqual(["1-2", "1-9223372036854775807", "39301-39302"]);
    const wrong = edges("g", ["1 2", `1 ${2n ** 63n}`, "1 -2", "1 2.5", "one 2", "1"]);
    expect(wrong[1]).toContain('"9223372036854775808" is no id');
    expect(wrong[2]).toContain('"-2" is no id');
    expect(wrong[3]).toContain('"2.5" is no id');
    expect(wrong[4]).toContain('"one" is no id');
    expect(wrong[5]).toBe("bad: there must be 2 columns between spaces");
  });

  test("that counts from 0 is told the remedy, which works", () => {
    expect(edges("g", ["0 1"])[0]).toContain("--shift 1");
    expect(edges("g", ["0 1"], { shift: 1n })).toEqual(["1-2"]);
    expect(edges("g", ["5 1"], { shift: -1n })[0]).toContain("after --shift -1");
  });

  test("may have quotes and spaces", () => {
    const lines = ['"1","2"', " 3 , 4 ,x", "'5','6'", "", "// no", "  # no"];
    expect(read("g.csv", lines).parsed).toEqual([
      "1-2",
      "3-4",
      "5-6",
      "empty",
      "comment",
      "comment",
    ]);
  });

  test("may be a header once, before the data", () => {
    expect(edges("g.csv", ["a,b", "1,2", "c,d"])[1]).toContain('"c" is no id');
  });

  test("is quoted no further than a little", () => {
    expect(edges("g", ["1 2", `${"9".repeat(4_000)} 1`])[1].length).toBeLessThan(200);
  });
});

describe("Matrix Market", () => {
  const banner = "%%MatrixMarket matrix coordinate pattern symmetric";

  test("has a banner, comments, a size, and entries from 1", () => {
    const { parsed, missing } = read("g", [banner, "% by hand", "4 4 2", "2 1", "4 3"]);
    expect(parsed).toEqual(["header", "comment", "header", "2-1", "4-3"]);
    expect(missing).toBeUndefined();
  });

  test.each([
    "%%matrixmarket MATRIX Coordinate Real General",
    "%%MatrixMarket matrix coordinate unsigned-integer symmetric",
    "%MatrixMarket matrix coordinate pattern symmetric",
  ])("may begin with %s", (first) => {
    expect(edges("g", [first, "3 3 2", "1 2 5", "2 3 5"])).toEqual(["1-2", "2-3"]);
  });

  test("has no entries outside of the matrix, before they are shifted", () => {
    expect(edges("g", [banner, "4 4 3", "4 5", "0 1", "4 3"], { shift: 10n })).toEqual([
      "bad: 5 is outside of the matrix: 1 to 4",
      "bad: 0 is outside of the matrix: 1 to 4",
      "14-13",
    ]);
  });

  test("that ends early says what is missing", () => {
    const options = { format: "matrix-market" } as const;
    expect(read("g", [], options).missing).toBe("the file is empty");
    expect(read("g", [banner]).missing).toContain("rows, columns and entries");
    expect(read("g", [banner, "4 4 2", "2 1"]).missing).toContain("2 entries, and has 1");
  });

  test.each([
    ["a banner of another kind", ["%%MatrixMarket matrix array real general"]],
    ["no banner", ["1 2"]],
    ["a size that is none", [banner, "4 4"]],
    ["a matrix that is not square", [banner, "4 5 1"]],
  ])("with %s cannot be read at all", (_, lines) => {
    expect(() => read("g", lines, { format: "matrix-market" })).toThrow(FormatError);
  });
});
