import { namedEnds } from "./header.ts";
import { FormatError, isWholeNumber } from "./line.ts";

export interface ChosenColumns {
  /** From 0. */
  readonly columns: readonly [number, number];
  /** How many there are in the first line. */
  readonly width: number;
  readonly header: readonly string[] | undefined;
}

/** Milliseconds and seconds since 1970, from 2000 to 2100. */
const TIMES = [
  [946_684_800_000, 4_102_444_800_000],
  [946_684_800, 4_102_444_800],
] as const;

/**
 * The two columns with the ends of an edge: those that were asked for, those that a header names, or the
 * first two; a first column that looks like a time without a header that says so is a question.
 */
export function chooseColumns(
  rows: readonly (readonly string[])[],
  asked: readonly [number, number] | undefined,
): ChosenColumns {
  const [first = [], second] = rows;
  const hasHeader = first.length > 1 && !first.some(isWholeNumber);
  const header = hasHeader ? first : undefined;
  const chosen = { width: first.length, header };
  if (asked) return { ...chosen, columns: asked };
  const named = header && (namedEnds(header) ?? afterRowNumbers(header));
  if (named) return { ...chosen, columns: named };
  const data = hasHeader ? second : first;
  if (data && data.length > 2) refuseTime(data);
  refuseNeighbours(rows);
  return { ...chosen, columns: [0, 1] };
}

/** Lines of ids, now more and now fewer, are a person and all of their friends: two columns would swallow the rest. */
function refuseNeighbours(rows: readonly (readonly string[])[]): void {
  const widths = rows.map((row) => row.length).sort((a, b) => a - b);
  const [least, most] = [widths[0], widths[widths.length - 1]];
  if (least === most || !rows.every((row) => row.every(isWholeNumber))) return;
  throw new FormatError(
    `there are lines of ${least} numbers and of ${most}, as in a list of neighbours: write a pair on each line, ` +
      "or say --columns 1,2 to take the first two and nothing else",
  );
}

function refuseTime(columns: readonly string[]): void {
  const whole = columns.filter(isWholeNumber);
  if (whole.length < 3 || !isTime(columns[0])) return;
  throw new FormatError(
    `there are ${columns.length} columns, and the first looks like a time (${columns[0]}): ` +
      "say which two hold the people, for example --columns 2,3",
  );
}

function isTime(text: string): boolean {
  const value = Number(text);
  return TIMES.some(([from, until]) => value >= from && value < until);
}

/** A first column without a name is what a table of rows begins with: their numbers. */
function afterRowNumbers(header: readonly string[]): readonly [number, number] | undefined {
  return header.length > 2 && header[0] === "" ? [1, 2] : undefined;
}
