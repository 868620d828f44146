import { readFile, stat } from "node:fs/promises";
import { extname } from "node:path";
import { parse } from "csv-parse/sync";
import { withoutMark } from "../../../services/model/texts/byte-order-mark.ts";
import type { Json, RowsSpec } from "../spec/call-scenario.ts";

const MAX_FILE_BYTES = 256 * 1024 * 1024;

const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  ".csv": (text) => parse(text, { columns: namedOnce, skip_empty_lines: true, trim: true }),
  ".ndjson": linesOf,
  ".jsonl": linesOf,
  ".json": (text) => JSON.parse(text),
};

/** The row of a call, by its number and a draw from 0 to 1. */
export type RowAt = (call: number, draw: () => number) => Json;

/** Reads a file of rows. Throws a RangeError that names the file, the line, and what to do. */
export async function readRows({ file, order = "in order" }: RowsSpec): Promise<RowAt> {
  const rows = await rowsIn(file);
  return order === "random"
    ? (_, draw) => rows[Math.floor(draw() * rows.length)]
    : (call) => rows[call % rows.length];
}

/** All rows of a file, in its order. Throws as `readRows` does. */
export async function rowsIn(file: string): Promise<readonly Json[]> {
  const read = READERS[extname(file).toLowerCase()];
  if (!read) {
    throw new RangeError(
      `rows: ${file} is none of ${Object.keys(READERS).join(", ")} by its name.`,
    );
  }
  let rows: unknown;
  try {
    const { size } = await stat(file);
    if (size > MAX_FILE_BYTES)
      throw new Error(`it has ${size} bytes, and at most ${MAX_FILE_BYTES}`);
    rows = read(withoutMark(await readFile(file, "utf8")));
  } catch (error) {
    throw new RangeError(`rows: ${file} can't be read: ${(error as Error).message}.`);
  }
  if (!Array.isArray(rows)) throw new RangeError(`rows: ${file} is no list of rows.`);
  if (rows.length === 0) throw new RangeError(`rows: ${file} has none: it needs one at least.`);
  return rows;
}

/** Of two columns of one name the second would stand for both. */
function namedOnce(header: string[]): string[] {
  const twice = header.find((name, i) => header.indexOf(name) < i);
  if (twice === undefined) return header;
  throw new Error(`it has two columns ${JSON.stringify(twice)}`);
}

function linesOf(text: string): readonly unknown[] {
  return text.split("\n").flatMap((line, i) => {
    if (line.trim() === "") return [];
    try {
      return [JSON.parse(line)];
    } catch (error) {
      throw new Error(`line ${i + 1}: ${(error as Error).message}`);
    }
  });
}
