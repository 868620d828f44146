import type { Counts } from "./counts.ts";
import type { LineParser } from "./formats/line.ts";
import type { Edge } from "./import-edges.ts";
import { type Line, MAX_LINE_BYTES } from "./read-lines.ts";

export interface EdgeSource {
  /** Given the first lines of the file. */
  readonly chooseFormat: (lines: readonly string[]) => LineParser;
  /** Lines up to this one are done already. */
  readonly doneLines: number;
  /** Told of each line that cannot be read. */
  readonly report: (line: number, reason: string) => void;
}

/** Lines that tell the format: whatever a file begins with, its data begins soon. */
const MAX_SAMPLE_LINES = 200;

/** The edges of a file. Bad lines are counted and reported; throws FormatError when none can be read. */
export async function* edgesOfLines(
  groups: AsyncIterable<readonly Line[]>,
  counts: Counts,
  { chooseFormat, doneLines, report }: EdgeSource,
): AsyncGenerator<Edge, void, undefined> {
  let parser: LineParser | undefined;
  let last = 0;
  const complain = (line: number, reason: string) => {
    counts.badLines++;
    report(line, reason);
  };
  for await (const lines of withSample(groups)) {
    parser ??= chooseFormat(lines.flatMap(({ text }) => text ?? []));
    for (const { number, text } of lines) {
      last = number;
      // Read all the same: a matrix counts its entries.
      const parsed = text === undefined ? undefined : parser.parse(text);
      if (number <= doneLines) counts.resumed++;
      else if (!parsed) complain(number, `the line is longer than ${MAX_LINE_BYTES} bytes`);
      else if (parsed.kind === "edge") yield { line: number, a: parsed.a, b: parsed.b };
      else if (parsed.kind === "bad") complain(number, parsed.reason);
      else counts[parsed.kind]++;
    }
  }
  const missing = parser?.missing();
  if (missing !== undefined) complain(last, missing);
}

/** The first group long enough to tell the format, when the file is. */
async function* withSample(
  groups: AsyncIterable<readonly Line[]>,
): AsyncGenerator<readonly Line[], void, undefined> {
  let sample: Line[] | undefined = [];
  for await (const lines of groups) {
    if (!sample) yield lines;
    else if (sample.push(...lines) >= MAX_SAMPLE_LINES) {
      yield sample;
      sample = undefined;
    }
  }
  if (sample) yield sample;
}
