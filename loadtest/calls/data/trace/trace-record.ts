import { HEADER_LINE } from "../../../drivers/header-syntax.ts";
import type { Json } from "../../spec/call-scenario.ts";
import { type Line, unnested } from "./nested-line.ts";

/** One call of a recorded trace. */
export interface TraceRecord {
  /** Since the first of the trace. */
  readonly atSeconds: number;
  /** Of gRPC: "package.Service/Method". */
  readonly method?: string;
  /** Of HTTP: "GET /v1/items?limit=5". */
  readonly request?: string;
  /** Of gRPC. */
  readonly message?: Json;
  /** Of HTTP, as it is sent. */
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the fields of a line may be called, as traces and web servers' JSON logs call them. */
const FIELDS = {
  time: ["time", "timestamp", "@timestamp", "ts", "time_iso8601"],
  /** "package.Service/Method" of gRPC, or "POST" beside a path. */
  method: ["method", "request_method", "verb"],
  /** "POST /v1/items". */
  request: ["request"],
  path: ["path", "url", "uri", "request_uri"],
  message: ["message", "data"],
  body: ["body", "request_body"],
  headers: ["headers", "metadata"],
} as const;
/** Of the answer, and of who asked: not sent. */
const UNSENT = [
  "status",
  "bytes",
  "size",
  "duration",
  "duration_ms",
  "latency",
  "latency_ms",
  "host",
  "remote_addr",
  "trace_id",
  "span_id",
];
/** Made anew by whoever sends: of the connection, and of the body's length. */
const OF_CONNECTION =
  /^(:.*|host|content-length|connection|keep-alive|transfer-encoding|te|trailer|upgrade|proxy-.*|accept-encoding)$/i;
/** The same, and what gRPC itself says by headers. */
const OF_GRPC = new RegExp(`${OF_CONNECTION.source}|^(content-type|user-agent|grpc-.*)$`, "i");

type Field = keyof typeof FIELDS;
type Given = Readonly<Partial<Record<Field, Json>>>;

/** A call of a line of NDJSON, flat or as Caddy writes it. Throws an Error that names the field and what it may be. */
export function jsonRecord(line: string): TraceRecord {
  return recordOf(JSON.parse(line) as Line);
}

/** The same of a line that is parsed. */
export function recordOf(line: Line): TraceRecord {
  const given = fieldsOf(unnested(line));
  const { method, path, request } = given;
  const isOne = request === undefined || (method ?? path) === undefined;
  if (isOne && path === undefined && typeof method === "string" && method.includes("/")) {
    return grpcRecord(method, given);
  }
  const asked = request ?? (path === undefined ? undefined : `${method ?? "GET"} ${path}`);
  if (!isOne || typeof asked !== "string") {
    throw new Error(
      'it says not what is called: of gRPC "method": "package.Service/Method", of HTTP "request": "POST /v1/items", or "method": "POST" and "path": "/v1/items"',
    );
  }
  return httpRecord(requestOf(asked), given);
}

/** By the names that they have here. */
function fieldsOf(line: Line): Given {
  const given: Partial<Record<Field, Json>> = {};
  for (const [name, value] of Object.entries(line)) {
    if (UNSENT.includes(name) || value === null) continue;
    const field = (Object.keys(FIELDS) as Field[]).find((one) =>
      (FIELDS[one] as readonly string[]).includes(name),
    );
    if (!field) {
      const known = Object.values(FIELDS).map((names) => names.join(" or "));
      throw new Error(
        `its field "${name}" is not known: there are ${known.join(", ")}; ${UNSENT.join(", ")} are not looked at`,
      );
    }
    if (given[field] !== undefined) {
      throw new Error(
        `it has "${FIELDS[field].filter((one) => one in line).join('" and "')}": give one`,
      );
    }
    given[field] = value;
  }
  return given;
}

function grpcRecord(method: string, { time, message, body, headers }: Given): TraceRecord {
  const given = message ?? body;
  if (message !== undefined && body !== undefined) throw new Error(TWO_BODIES);
  if (given !== undefined && typeof given !== "object") {
    throw new Error(
      `its message is ${JSON.stringify(given)}: a call of gRPC has an object, or a list`,
    );
  }
  return {
    atSeconds: secondsOf(time),
    method: method.replace(/^\//, ""),
    ...(given !== undefined && { message: given }),
    ...headersOf(headers, OF_GRPC),
  };
}

const TWO_BODIES = 'it has both a "message" (or "data") and a "body": give one';

/** A body that is a text goes as it is; any other value, and a "message" or "data", as its JSON. */
function httpRecord(request: string, { time, message, body, headers }: Given): TraceRecord {
  if (message !== undefined && body !== undefined) throw new Error(TWO_BODIES);
  const text = typeof body === "string" ? body : undefined;
  const json = text === undefined ? (message ?? body) : undefined;
  const sent = text ?? (json === undefined ? undefined : JSON.stringify(json));
  const own = headersOf(headers, OF_CONNECTION).headers;
  const hasType = Object.keys(own ?? {}).some((name) => name.toLowerCase() === "content-type");
  const isJson = json !== undefined || (text !== undefined && looksLikeJson(text));
  const all = { ...(isJson && !hasType && { "content-type": "application/json" }), ...own };
  return {
    atSeconds: secondsOf(time),
    request,
    ...(sent !== undefined && { body: sent }),
    ...(Object.keys(all).length > 0 && { headers: all }),
  };
}

function looksLikeJson(text: string): boolean {
  try {
    return /^\s*[[{]/.test(text) && JSON.parse(text) !== undefined;
  } catch {
    return false;
  }
}

/** Nothing that a request line can't hold: logs have what was sent in vain, too. */
const PATH = /^([/?][\x21-\x7e]*)?$/;
const MOST_SHOWN = 200;

/** "POST /v1/items", also of "POST https://shop.test/v1/items HTTP/1.1". */
export function requestOf(line: string): string {
  const [, verb = "", url = ""] =
    /^\s*([A-Z]+)\s+(\S.*?)(?:\s+HTTP\/[\d.]+)?\s*$/s.exec(line) ?? [];
  const path = url.replace(/^https?:\/\/[^/?#]*/i, "").replace(/#.*$/s, "");
  if (verb !== "" && PATH.test(path)) {
    return `${verb} ${path.startsWith("/") ? path : `/${path}`}`;
  }
  throw new Error(`"${line.slice(0, MOST_SHOWN)}" is no request as "GET /v1/items"`);
}

function headersOf(value: Json | undefined, unsent: RegExp): Pick<TraceRecord, "headers"> {
  if (value === undefined) return {};
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  const entries = isObject ? Object.entries(value as Line) : [];
  const wrong = entries.find(([, one]) => !["string", "number", "boolean"].includes(typeof one));
  // What they hold is not told: it may be a secret, and this is kept with the result.
  if (!isObject) throw new Error("its headers are no object: give an object of texts");
  if (wrong) throw new Error(`its header "${wrong[0]}" is no text: give an object of texts`);
  const sent = entries.filter(([name]) => !unsent.test(name));
  const unsendable = sent.find(([name, one]) => !HEADER_LINE.test(`${name}: ${String(one)}`));
  if (unsendable) {
    throw new Error(`its header "${unsendable[0]}" is none that can be sent: printable ASCII is`);
  }
  if (sent.length === 0) return {};
  return {
    headers: Object.fromEntries(sent.map(([name, one]) => [name.toLowerCase(), String(one)])),
  };
}

/** Numbers are told apart by their size: nobody records a trace of before 1973. */
const UNITS = [
  [1e17, 1e9],
  [1e14, 1e6],
  [1e11, 1e3],
] as const;

function secondsOf(time: Json | undefined): number {
  const seconds = isNumber(time)
    ? ofNumber(Number(time))
    : Date.parse(typeof time === "string" ? time : "") / 1000;
  if (Number.isFinite(seconds)) return seconds;
  throw new Error(`its time is ${JSON.stringify(time)}, and neither a number nor ISO 8601`);
}

/** A text of digits too, as nginx's "$msec" in quotes: as a date it would be one of any year. */
function isNumber(time: Json | undefined): boolean {
  return typeof time === "number" || (typeof time === "string" && /^\d+(\.\d+)?$/.test(time));
}

function ofNumber(time: number): number {
  return time / (UNITS.find(([from]) => time >= from)?.[1] ?? 1);
}
