import { type Static, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { recordOf, type TraceRecord } from "./trace-record.ts";

/** What of an HTTP archive (HAR 1.2) is replayed: an entry a request, with its headers and the text of its body. */
const HAR = Type.Object({
  log: Type.Object({
    entries: Type.Array(
      Type.Object({
        startedDateTime: Type.String(),
        request: Type.Object({
          method: Type.String(),
          url: Type.String(),
          headers: Type.Array(Type.Object({ name: Type.String(), value: Type.String() })),
          postData: Type.Optional(Type.Object({ text: Type.Optional(Type.String()) })),
        }),
      }),
    ),
  }),
});
type Har = Static<typeof HAR>;

/**
 * The calls of the host that its first request went to, in its order: a page asks others, too, for fonts and images,
 * and the target stands for one. Throws an Error that names the entry and what is wrong.
 */
export function harRecords(text: string): readonly TraceRecord[] {
  const entries = archiveOf(JSON.parse(text)).log.entries.map((entry, index) => ({
    ...entry,
    index,
  }));
  const sent = entries.filter(({ request }) => /^https?:/i.test(request.url));
  const host = hostOf(sent[0]);
  return sent.filter((entry) => hostOf(entry) === host).map(recordOfEntry);
}

type Entry = Har["log"]["entries"][number];

function hostOf(entry: Entry | undefined): string | undefined {
  return entry && URL.parse(entry.request.url)?.host;
}

function recordOfEntry({ startedDateTime, request, index }: Entry & { index: number }) {
  const { method, url, headers, postData } = request;
  const line = {
    time: startedDateTime,
    method,
    url,
    headers: Object.fromEntries(headers.map(({ name, value }) => [name, value])),
    ...(postData?.text !== undefined && { body: postData.text }),
  };
  try {
    return recordOf(line);
  } catch (error) {
    throw new Error(`log.entries.${index}: ${(error as Error).message}`);
  }
}

function archiveOf(value: unknown): Har {
  if (Value.Check(HAR, value)) return value;
  const [wrong] = Value.Errors(HAR, value);
  const where = wrong.path.slice(1).replaceAll("/", ".") || "its begin";
  throw new Error(
    `as an HTTP archive (HAR) it is wrong at ${where}: ${wrong.message.toLowerCase()}`,
  );
}
