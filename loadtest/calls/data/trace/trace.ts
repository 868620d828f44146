import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
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

/**
 * Reads a trace: NDJSON (see trace-record.ts), a web server's access log, or an HTTP archive by its name (.har).
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
    const reading = /\.har$/i.test(file) ? readHar(await readFile(file, "utf8")) : linesOf(file);
    const { records } = await reading;
    return { records, leftOut: (await reading).leftOut() };
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    const isUnread = code !== undefined;
    throw new RangeError(`${file}${isUnread ? " can't be read: " : ", "}${message}.`);
  }
}

async function linesOf(file: string): Promise<Reading> {
  const reading = new Reading("lines");
  const lines = createInterface({
    input: createReadStream(file),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  let number = 0;
  for await (const line of lines) {
    number++;
    if (line.trim() === "") continue;
    reading.add(`line ${number}`, () =>
      line.startsWith("{") ? jsonRecord(line) : accessRecord(line),
    );
  }
  return reading;
}
