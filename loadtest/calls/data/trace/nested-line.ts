import type { Json } from "../../spec/call-scenario.ts";

export type Line = Readonly<Record<string, Json>>;

/**
 * A line whose `request` is an object, as Caddy's access log has it (`ts`, `request.method`, `request.uri`, header
 * values as lists), in the flat form; any other line as it is. Fields that are not of the call fall away, for a
 * server's log holds many, and so do headers that it blackened.
 */
export function unnested(line: Line): Line {
  const { request } = line;
  if (!isLine(request)) return line;
  const { method, uri, url, path, headers, body } = request;
  const time = ["ts", "time", "timestamp", "@timestamp"].find((name) => name in line) ?? "time";
  const given = { [time]: line[time], method, uri, url, path, headers: flatHeaders(headers), body };
  const isGiven = (entry: [string, Json | undefined]): entry is [string, Json] =>
    entry[1] !== undefined;
  return Object.fromEntries(Object.entries(given).filter(isGiven));
}

function flatHeaders(headers: Json | undefined): Json | undefined {
  if (!isLine(headers)) return headers;
  const flat = Object.entries(headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(", ") : value,
  ]);
  return Object.fromEntries(flat.filter(([, value]) => value !== "REDACTED"));
}

function isLine(value: Json | undefined): value is Line {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
