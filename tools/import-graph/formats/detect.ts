import { chooseColumns } from "./choose-columns.ts";
import { type ColumnsLayout, columnsParser } from "./columns.ts";
import { DELIMITERS, type DelimiterName } from "./delimiters.ts";
import { isComment, isWholeNumber, type LineParser } from "./line.ts";
import { isMatrixMarket, matrixMarketParser } from "./matrix-market.ts";

/** What the user says of the file, in place of a guess. */
export interface FormatOptions {
  readonly format?: FormatName;
  /** The two columns with ids, from 0. */
  readonly columns?: readonly [number, number];
  /** Added to every id. */
  readonly shift: bigint;
}

/** Which delimiters a format may have. */
const BY_FORMAT = {
  "edge-list": ["space"],
  csv: ["comma", "semicolon", "tab", "pipe"],
  "matrix-market": [],
} satisfies Record<string, readonly DelimiterName[]>;

export type FormatName = keyof typeof BY_FORMAT;
export const FORMAT_NAMES = Object.keys(BY_FORMAT);

const ALL = Object.keys(DELIMITERS) as DelimiterName[];
/** Only breaks a tie. */
const BY_NAME: readonly (readonly [RegExp, readonly DelimiterName[]])[] = [
  [/\.csv(\.\w+)?$/i, ["comma", "semicolon"]],
  [/\.tsv(\.\w+)?$/i, ["tab"]],
  [/\.(edges|el|edgelist|txt)(\.\w+)?$/i, ["space"]],
];

/**
 * How to read a file, from its first lines: a Matrix Market banner, or columns between whatever divides
 * most of the data lines into at least two whole numbers. Throws FormatError, with the remedy, when
 * that leaves open which columns are meant.
 */
export function detectFormat(
  file: string,
  lines: readonly string[],
  options: FormatOptions,
): LineParser {
  const { format, shift } = options;
  const first = lines.find((line) => line.trim() !== "") ?? "";
  if (format === "matrix-market" || (format === undefined && isMatrixMarket(first))) {
    return matrixMarketParser(shift);
  }
  const data = lines.filter(isData);
  const delimiter = DELIMITERS[chooseDelimiter(file, data, format ? BY_FORMAT[format] : ALL)];
  const rows = data.map(delimiter.split);
  const layout: ColumnsLayout = { delimiter, ...chooseColumns(rows, options.columns) };
  return columnsParser(layout, shift);
}

function isData(line: string): boolean {
  return line.trim() !== "" && !isComment(line);
}

function chooseDelimiter(
  file: string,
  data: readonly string[],
  allowed: readonly DelimiterName[],
): DelimiterName {
  const usual = BY_NAME.find(([pattern]) => pattern.test(file))?.[1] ?? [];
  const score = (name: DelimiterName) =>
    data.filter((line) => hasTwoIds(DELIMITERS[name].split(line))).length +
    (usual.includes(name) ? 0.5 : 0);
  return allowed.reduce((best, name) => (score(name) > score(best) ? name : best));
}

function hasTwoIds(columns: readonly string[]): boolean {
  return columns.filter(isWholeNumber).length >= 2;
}
