import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { accessRecord } from "./access-log.ts";
import { harRecords } from "./har.ts";
import { jsonRecord, type TraceRecord } from "./trace-record.ts";

const MAX_RECORDS = 5_000_000;

/**
 * Reads a trace: NDJSON (see trace-record.ts), a web server's access log, or an HTTP archive by its name (.har).
 * Records come back in the order of their time, the first at 0 s. Rejects with a RangeError that names the line and
 * what to do.
 */
export async function readTrace(file: string): Promise<readonly TraceRecord[]> {
  const records = /\.har$/i.test(file) ? await archived(file) : await linesOf(file);
  if (records.length === 0) throw new RangeError(`${file} holds no calls.`);
  const sorted = records.toSorted((a, b) => a.atSeconds - b.atSeconds);
  const [{ atSeconds: first }] = sorted;
  return sorted.map((one) => ({ ...one, atSeconds: one.atSeconds - first }));
}

async function linesOf(file: string): Promise<readonly TraceRecord[]> {
  const records: TraceRecord[] = [];
  const lines = createInterface({
    input: createReadStream(file),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  let number = 0;
  try {
    for await (const line of lines) {
      number++;
      if (line.trim() === "") continue;
      records.push(line.startsWith("{") ? jsonRecord(line) : accessRecord(line));
      if (records.length > MAX_RECORDS) throw new Error(`it has over ${MAX_RECORDS} calls: cut it`);
    }
  } catch (error) {
    throw new RangeError(`${file}, line ${number}: ${(error as Error).message}.`);
  }
  return records;
}

async function archived(file: string): Promise<readonly TraceRecord[]> {
  try {
    return harRecords(await readFile(file, "utf8"));
  } catch (error) {
    throw new RangeError(`${file}: ${(error as Error).message}.`);
  }
}
