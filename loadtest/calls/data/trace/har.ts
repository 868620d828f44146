import { type Static, type TSchema, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { Reading } from "./reading.ts";
import { recordOf, type TraceRecord } from "./trace-record.ts";

/** What of an HTTP archive (HAR 1.2) is replayed: an entry a request, with its headers and the text of its body. */
const HAR = Type.Object({ log: Type.Object({ entries: Type.Array(Type.Unknown()) }) });
const ENTRY = Type.Object({
  startedDateTime: Type.String(),
  request: Type.Object({
    method: Type.String(),
    url: Type.String(),
    headers: Type.Array(Type.Object({ name: Type.String(), value: Type.String() })),
    postData: Type.Optional(Type.Object({ text: Type.Optional(Type.String()) })),
  }),
});
type Entry = Static<typeof ENTRY>;

/**
 * The calls of the host that its first request went to, in its order: a page asks others, too, for fonts and images,
 * and the target stands for one. Throws an Error that says what is wrong when it is no archive.
 */
export function readHar(text: string): Reading {
  const reading = new Reading("requests");
  let host: string | undefined;
  for (const [index, entry] of entriesOf(JSON.parse(text)).entries()) {
    const url = urlOf(entry);
    if (url && !/^https?:$/.test(url.protocol)) continue; // nothing was sent
    host ??= url?.host;
    if (url && url.host !== host) reading.elsewhere(url.host);
    else reading.add(`log.entries.${index}`, () => recordOfEntry(checked(ENTRY, entry, "")));
  }
  return reading;
}

/** Undefined: it is no entry. */
function urlOf(entry: unknown): URL | undefined {
  return Value.Check(ENTRY, entry) ? (URL.parse(entry.request.url) ?? undefined) : undefined;
}

function recordOfEntry({ startedDateTime, request }: Entry): TraceRecord {
  const { method, url, headers, postData } = request;
  return recordOf({
    time: startedDateTime,
    method,
    url,
    headers: Object.fromEntries(headers.map(({ name, value }) => [name, value])),
    ...(postData?.text !== undefined && { body: postData.text }),
  });
}

function entriesOf(value: unknown): readonly unknown[] {
  return checked(HAR, value, "as an HTTP archive (HAR) ").log.entries;
}

function checked<T extends TSchema>(schema: T, value: unknown, what: string): Static<T> {
  if (Value.Check(schema, value)) return value;
  const [wrong] = Value.Errors(schema, value);
  const where = wrong.path.slice(1).replaceAll("/", ".") || "its begin";
  throw new Error(`${what}it is wrong at ${where}: ${wrong.message.toLowerCase()}`);
}
