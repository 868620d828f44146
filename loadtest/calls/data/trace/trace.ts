import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { withoutMark } from "../../../../services/model/texts/byte-order-mark.ts";
import { unpacked } from "../../../../tools/files/unpacked.ts";
import type { TraceSpec } from "../../spec/call-scenario.ts";
import { accessRecord } from "./access-log.ts";
import { readHar } from "./har.ts";
import { Reading } from "./reading.ts";
import { SPREAD, spreadSeconds } from "./spread.ts";
import { jsonRecord, type TraceRecord } from "./trace-record.ts";

export interface Trace {
  /** In the order of their time, the first at 0 s. */
  readonly records: readonly TraceRecord[];
  /** What of it was left out, or is not as it was recorded, in sentences. */
  readonly notes: readonly string[];
}

/** With the ending of what packed it, too. */
const ARCHIVE = /\.har(\.\w+)?$/i;

/**
 * Reads a trace: NDJSON (see trace-record.ts), a web server's access log, or by its name an HTTP archive (.har); packed
 * by gzip or zstd too, whatever the name says.
 * Rejects with a RangeError that names the line and what to do when the file can't be read, or is no trace.
 */
export async function readTrace({
  file,
  asRecorded = false,
}: Pick<TraceSpec, "file" | "asRecorded">): Promise<Trace> {
  const { records, leftOut } = await readingOf(file);
  if (records.length === 0) throw new RangeError(`${file} holds no calls.`);
  const sorted = records.toSorted((a, b) => a.atSeconds - b.atSeconds);
  const spread = asRecorded ? undefined : spreadSeconds(sorted);
  const [{ atSeconds: first }] = sorted;
  return {
    records: (spread ?? sorted).map((one) => ({ ...one, atSeconds: one.atSeconds - first })),
    notes: [...leftOut, ...(spread ? [SPREAD] : [])],
  };
}

async function readingOf(file: string) {
  try {
    const bytes = Readable.from(unpacked(createReadStream(file), file));
    const reading = ARCHIVE.test(file)
      ? readHar(withoutMark(await text(bytes)))
      : await linesOf(bytes);
    return { records: reading.records, leftOut: reading.leftOut() };
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    const isUnread = code !== undefined;
    throw new RangeError(`${file}${isUnread ? " can't be read: " : ", "}${message}.`);
  }
}

async function linesOf(input: Readable): Promise<Reading> {
  const reading = new Reading("lines");
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  let number = 0;
  for await (const read of lines) {
    const line = (number++ === 0 ? withoutMark(read) : read).trim();
    if (line === "") continue;
    reading.add(`line ${number}`, () =>
      line.startsWith("{") ? jsonRecord(line) : accessRecord(line),
    );
  }
  return reading;
}
