import { csvParser } from "./csv.ts";
import { edgeListParser } from "./edge-list.ts";
import type { LineParser } from "./line.ts";
import { matrixMarketParser } from "./matrix-market.ts";

/** Every format that can be read: its parser, given what to add to each id. */
export const FORMATS = {
  "edge-list": edgeListParser,
  csv: csvParser,
  "matrix-market": matrixMarketParser,
} satisfies Record<string, (shift: bigint) => LineParser>;

export type FormatName = keyof typeof FORMATS;

const EXTENSIONS: readonly (readonly [RegExp, FormatName])[] = [
  [/\.mtx(\.gz)?$/i, "matrix-market"],
  [/\.csv(\.gz)?$/i, "csv"],
  [/\.(tsv|edges|el|edgelist)(\.gz)?$/i, "edge-list"],
];

/** The format by the file's name, else by its first line: a comma or semicolon makes it CSV. */
export function detectFormat(file: string, firstLine: string): FormatName {
  if (/^%%MatrixMarket\b/i.test(firstLine)) return "matrix-market";
  const [, byName] = EXTENSIONS.find(([pattern]) => pattern.test(file)) ?? [];
  if (byName !== undefined) return byName;
  return !/^[#%]/.test(firstLine) && /[,;]/.test(firstLine) ? "csv" : "edge-list";
}
