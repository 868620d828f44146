import type { Counts } from "./counts.ts";
import { FORMATS, type FormatName } from "./formats/detect.ts";
import type { Edge } from "./import-edges.ts";
import { type Line, MAX_LINE_BYTES } from "./read-lines.ts";

export interface EdgeSource {
  /** Given the first line of the file. */
  readonly chooseFormat: (firstLine: string) => FormatName;
  /** Added to every id. */
  readonly shift: bigint;
  /** Told of each line that cannot be read. */
  readonly report: (line: number, reason: string) => void;
}

/** The edges of a file. Bad lines are counted and reported; throws FormatError when none can be read. */
export async function* edgesOfLines(
  groups: AsyncIterable<readonly Line[]>,
  counts: Counts,
  { chooseFormat, shift, report }: EdgeSource,
): AsyncGenerator<Edge, void, undefined> {
  let parser = FORMATS["edge-list"](shift);
  let last = 0;
  const complain = (line: number, reason: string) => {
    counts.badLines++;
    report(line, reason);
  };
  for await (const lines of groups) {
    for (const { number, text } of lines) {
      last = number;
      if (number === 1) parser = FORMATS[chooseFormat(text ?? "")](shift);
      if (text === undefined) {
        complain(number, `the line is longer than ${MAX_LINE_BYTES} bytes`);
        continue;
      }
      const parsed = parser.parse(text);
      if (parsed.kind === "edge") yield { line: number, a: parsed.a, b: parsed.b };
      else if (parsed.kind === "bad") complain(number, parsed.reason);
    }
  }
  const missing = parser.missing();
  if (missing !== undefined) complain(last, missing);
}
