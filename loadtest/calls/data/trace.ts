import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { accessRecord } from "./access-log.ts";
import { jsonRecord, type TraceRecord } from "./trace-record.ts";

const MAX_RECORDS = 5_000_000;

/**
 * Reads a trace: NDJSON (see trace-record.ts), or a web server's access log. Records come back in the order of
 * their time, the first at 0 s. Rejects with a RangeError that names the line and what to do.
 */
export async function readTrace(file: string): Promise<readonly TraceRecord[]> {
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
  if (records.length === 0) throw new RangeError(`${file} holds no calls.`);
  const sorted = records.toSorted((a, b) => a.atSeconds - b.atSeconds);
  const [{ atSeconds: first }] = sorted;
  return sorted.map((one) => ({ ...one, atSeconds: one.atSeconds - first }));
}
