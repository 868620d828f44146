import {
  bad,
  COMMENT,
  EMPTY,
  edgeOf,
  FormatError,
  HEADER,
  type LineParser,
  quote,
} from "./line.ts";

const BANNER = /^%%?MatrixMarket\s+(\S+)\s+(\S+)\s+(\S+)\s+(\S+)\s*$/i;
/** scipy writes unsigned-integer; one percent sign is how the Network Repository begins some files. */
const FIELDS = ["pattern", "real", "integer", "unsigned-integer", "double", "complex"];
const SYMMETRIES = ["general", "symmetric", "skew-symmetric", "hermitian"];

interface Size {
  readonly people: bigint;
  readonly entries: bigint;
}

export function isMatrixMarket(firstLine: string): boolean {
  return /^%%?MatrixMarket\b/i.test(firstLine.trim());
}

/**
 * Matrix Market, coordinate format (math.nist.gov/MatrixMarket/formats.html): a header, comments, a
 * line with rows, columns and entries, then row and column of each entry, from 1; its value is
 * ignored. A friendship has no direction, so a general matrix and a symmetric one are read alike.
 */
export function matrixMarketParser(shift: bigint): LineParser {
  let hasHeader = false;
  let size: Size | undefined;
  let entries = 0n;
  return {
    about: "a Matrix Market matrix",
    parse: (line) => {
      const text = line.trim();
      if (!hasHeader) {
        checkHeader(text);
        hasHeader = true;
        return HEADER;
      }
      if (text === "") return EMPTY;
      if (text.startsWith("%")) return COMMENT;
      const columns = text.split(/\s+/);
      if (size === undefined) {
        size = sizeOf(columns);
        return HEADER;
      }
      entries++;
      return entryOf(columns, size.people, shift);
    },
    missing: () => {
      if (!hasHeader) return "the file is empty";
      if (size === undefined) return "the line with rows, columns and entries is missing";
      if (entries === size.entries) return undefined;
      return `the file says that it has ${size.entries} entries, and has ${entries}`;
    },
  };
}

function checkHeader(text: string): void {
  const [, object, format, field, symmetry] =
    BANNER.exec(text)?.map((part) => part.toLowerCase()) ?? [];
  if (object === undefined) {
    throw new FormatError(`the first line must be a %%MatrixMarket header; it is ${quote(text)}`);
  }
  const wanted = "%%MatrixMarket matrix coordinate pattern|real|integer general|symmetric";
  const isKnown =
    object === "matrix" &&
    format === "coordinate" &&
    FIELDS.includes(field) &&
    SYMMETRIES.includes(symmetry);
  if (!isKnown) throw new FormatError(`only ${wanted} can be read; the header is ${quote(text)}`);
}

function sizeOf(columns: readonly string[]): Size {
  const [rows, width, entries] = columns;
  if (columns.length !== 3 || !columns.every((column) => /^\d{1,19}$/.test(column))) {
    throw new FormatError(
      `after the header comes a line with rows, columns and entries; it is ${quote(columns.join(" "))}`,
    );
  }
  if (rows !== width) {
    throw new FormatError(
      `a graph is a square matrix; this one has ${rows} rows, ${width} columns`,
    );
  }
  return { people: BigInt(rows), entries: BigInt(entries) };
}

function entryOf(columns: readonly string[], people: bigint, shift: bigint) {
  const edge = edgeOf(columns[0], columns[1], shift);
  if (edge.kind !== "edge") return edge;
  const outside = columns
    .slice(0, 2)
    .find((column) => BigInt(column) < 1n || BigInt(column) > people);
  return outside === undefined ? edge : bad(`${outside} is outside of the matrix: 1 to ${people}`);
}
