import { requestOf, type TraceRecord } from "./trace-record.ts";

/** Common and combined log format: [10/Oct/2000:13:55:36 -0700] "GET /x HTTP/1.0". */
const LINE = /\[([^\]]+)\] "((?:[^"\\]|\\.)*)"/;
const TIME = /^(\d\d)\/(\w{3})\/(\d{4}):(\d\d:\d\d:\d\d) ([+-]\d\d)(\d\d)$/;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** A call of a web server's access log, which tells no bodies. Throws an Error for a line that is none. */
export function accessRecord(line: string): TraceRecord {
  const [, time = "", request = ""] = LINE.exec(line) ?? [];
  const [, day, month = "", year, clock, hours, minutes] = TIME.exec(time) ?? [];
  if (day === undefined) {
    throw new Error("it is neither JSON nor a line of an access log (common or combined format)");
  }
  const date = `${year}-${String(MONTHS.indexOf(month) + 1).padStart(2, "0")}-${day}`;
  // A leap second is the 61st of its minute.
  const isLeap = clock.endsWith(":60");
  const shown = isLeap ? clock.replace(/60$/, "59") : clock;
  const atSeconds = Date.parse(`${date}T${shown}${hours}:${minutes}`) / 1000;
  if (!Number.isFinite(atSeconds)) throw new Error(`its time is [${time}], which is none`);
  return { atSeconds: isLeap ? atSeconds + 1 : atSeconds, request: requestOf(request) };
}
