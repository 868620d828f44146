import { isId, MAX_ID } from "../../../services/model/ids.ts";
import { excerpt } from "../../../services/model/texts/excerpt.ts";

/** What one line of a file says. */
export type ParsedLine =
  | { readonly kind: "edge"; readonly a: bigint; readonly b: bigint }
  | { readonly kind: "comment" | "header" | "empty" }
  | { readonly kind: "bad"; readonly reason: string };

/** Reads a file of one format, line by line, from the first on. */
export interface LineParser {
  /** What the file was taken for, and which columns: for people. */
  readonly about: string;
  /** Throws FormatError when the file as a whole cannot be read. */
  parse(line: string): ParsedLine;
  /** After the last line: what the file promised and did not hold, if so. */
  missing(): string | undefined;
}

/** The file is not what its format says. */
export class FormatError extends Error {
  override readonly name = "FormatError";
}

export const COMMENT: ParsedLine = { kind: "comment" };
export const HEADER: ParsedLine = { kind: "header" };
export const EMPTY: ParsedLine = { kind: "empty" };

export function bad(reason: string): ParsedLine {
  return { kind: "bad", reason };
}

export function isComment(line: string): boolean {
  return /^\s*(#|%|\/\/)/.test(line);
}

/** The text within a message, cut when it is long. */
export function quote(text: string): string {
  return JSON.stringify(excerpt(text));
}

/** A whole number, also as a program writes it that took ids for measurements: 39301.0. */
const WHOLE = /^(-?\d+)(?:\.0+)?$/;

export function isWholeNumber(text: string): boolean {
  return WHOLE.test(text);
}

/** The edge between two ids as the file has them, each raised by `shift`. */
export function edgeOf(
  first: string | undefined,
  second: string | undefined,
  shift: bigint,
): ParsedLine {
  if (first === undefined || second === undefined) return bad("there must be two ids");
  const a = idOf(first, shift);
  const b = idOf(second, shift);
  if (a === undefined) return bad(notAnId(first, shift));
  if (b === undefined) return bad(notAnId(second, shift));
  return { kind: "edge", a, b };
}

function idOf(text: string, shift: bigint): bigint | undefined {
  const digits = WHOLE.exec(text)?.[1];
  // Digits are counted first: BigInt of a very long text takes very long.
  if (digits === undefined || !/^\d{1,19}$/.test(digits)) return undefined;
  const id = BigInt(digits) + shift;
  return isId(id) ? id : undefined;
}

function notAnId(text: string, shift: bigint): string {
  const remedy = text === "0" && shift === 0n ? "; --shift 1 adds 1 to every id" : "";
  const shifted = shift === 0n ? "" : ` after --shift ${shift}`;
  return `${quote(text)} is no id${shifted}: an id is a whole number from 1 to ${MAX_ID}${remedy}`;
}
