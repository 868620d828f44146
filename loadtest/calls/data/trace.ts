import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import type { Json } from "../spec/call-scenario.ts";

/** One call of a recorded trace. */
export interface TraceRecord {
  /** Since the first of the trace. */
  readonly atSeconds: number;
  /** Of gRPC: "package.Service/Method". */
  readonly method?: string;
  /** Of HTTP: "GET /v1/items?limit=5". */
  readonly request?: string;
  readonly message?: Json;
  readonly headers?: Readonly<Record<string, string>>;
}

const MAX_RECORDS = 5_000_000;
/** Common and combined log format: [10/Oct/2000:13:55:36 -0700] "GET /x HTTP/1.0". */
const ACCESS_LINE = /\[([^\]]+)\] "([A-Z]+) (\S+)(?: HTTP\/[\d.]+)?"/;
const ACCESS_TIME = /^(\d\d)\/(\w{3})\/(\d{4}):(\d\d:\d\d:\d\d) ([+-]\d\d)(\d\d)$/;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/**
 * Reads a trace: NDJSON, each line { "time", "method" or "request", "message"? }, its time ISO 8601 or
 * seconds, ms, us or ns since 1970 or since anything; or a web server's access log. Records come back in the order of their
 * time. Rejects with a RangeError that names the line and what to do.
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

function jsonRecord(line: string): TraceRecord {
  const value = JSON.parse(line) as Readonly<Record<string, Json>>;
  const { time, method, request, message, headers } = value;
  const asked = [method, request].filter((one) => typeof one === "string");
  if (asked.length !== 1) {
    throw new Error('it has neither a "method" nor a "request", or both');
  }
  return {
    atSeconds: secondsOf(time),
    ...(typeof method === "string" && { method }),
    ...(typeof request === "string" && { request }),
    ...(message !== undefined && { message }),
    ...(isTexts(headers) && { headers }),
  };
}

/** Numbers are told apart by their size: nobody records a trace of before 1973. */
const UNITS = [
  [1e17, 1e9],
  [1e14, 1e6],
  [1e11, 1e3],
] as const;

function secondsOf(time: Json | undefined): number {
  const seconds =
    typeof time === "number"
      ? time / (UNITS.find(([from]) => time >= from)?.[1] ?? 1)
      : typeof time === "string"
        ? Date.parse(time) / 1000
        : Number.NaN;
  if (Number.isFinite(seconds)) return seconds;
  throw new Error(`its "time" is ${JSON.stringify(time)}, and neither a number nor ISO 8601`);
}

function isTexts(value: Json | undefined): value is Readonly<Record<string, string>> {
  return (
    typeof value === "object" &&
    value !== null &&
    Object.values(value).every((one) => typeof one === "string")
  );
}

function accessRecord(line: string): TraceRecord {
  const [, time = "", verb, path] = ACCESS_LINE.exec(line) ?? [];
  const [, day, month = "", year, clock, hours, minutes] = ACCESS_TIME.exec(time) ?? [];
  if (verb === undefined || day === undefined) {
    throw new Error("it is neither JSON nor a line of an access log (common or combined format)");
  }
  const date = `${year}-${String(MONTHS.indexOf(month) + 1).padStart(2, "0")}-${day}`;
  return {
    atSeconds: Date.parse(`${date}T${clock}${hours}:${minutes}`) / 1000,
    request: `${verb} ${path}`,
  };
}
