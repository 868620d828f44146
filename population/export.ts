import type { ComputedGraph } from "./graph/graph.ts";

/** Which friendships to write: those of people `from` to `from + count - 1`. */
export interface Slice {
  readonly from: number;
  readonly count: number;
  /** Only friendships between two people of the slice. */
  readonly isInside: boolean;
}

export const EXPORT_FORMATS = {
  "edge-list": { header: "", separator: " " },
  csv: { header: "user_id,friend_id\n", separator: "," },
} as const;

export type ExportFormat = keyof typeof EXPORT_FORMATS;

/** Text is given out in pieces of about this size. */
const PIECE_CHARS = 64 * 1_024;

/** A piece of the file, and what was done until its end. */
export interface ExportPiece {
  readonly text: string;
  readonly people: number;
  readonly friendships: number;
}

/** The friendships of a slice, each once, as text that `npm run import-graph` reads. */
export function* exportSlice(
  graph: ComputedGraph,
  { from, count, isInside }: Slice,
  format: ExportFormat,
): Generator<ExportPiece, void, undefined> {
  const { header, separator } = EXPORT_FORMATS[format];
  const end = from + count;
  let text: string = header;
  let friendships = 0;
  for (let person = from; person < end; person++) {
    for (const friend of graph.friends(person)) {
      const isOfSlice = friend >= from && friend < end;
      // Between two people of the slice the lower id writes it.
      if (isOfSlice ? friend < person : isInside) continue;
      text += `${person}${separator}${friend}\n`;
      friendships++;
    }
    if (text.length < PIECE_CHARS && person + 1 < end) continue;
    yield { text, people: person + 1 - from, friendships };
    text = "";
  }
}
