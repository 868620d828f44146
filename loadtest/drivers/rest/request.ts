import { HEADER_LINE } from "../header-syntax.ts";

/** What a REST step's message is, as JSON. */
export interface RestRequest {
  /** As "GET". */
  readonly method: string;
  /** As "/v1/timeline?page_size=20". */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
}

const METHOD = /^(GET|POST|PUT|PATCH|DELETE)$/;
/** Nothing that could end the request line. */
const PATH = /^\/[\x21-\x7e]*$/;

/** Header lines, each with its end. Throws on one that HTTP does not take. */
export function headerLines(headers: Readonly<Record<string, string>>): string {
  let lines = "";
  for (const name in headers) {
    const line = `${name}: ${headers[name]}`;
    if (!HEADER_LINE.test(line))
      throw new RangeError(`HTTP takes no header ${JSON.stringify(line)}.`);
    lines += `${line}\r\n`;
  }
  return lines;
}

/** A request but for the host that it goes to, whose header comes between. */
export interface EncodedRequest {
  readonly firstLine: string;
  /** Other headers, and the body. */
  readonly rest: string;
}

/** A step's message as an HTTP/1.1 request. Throws on a message that is none. */
export function encodeRequest(message: Uint8Array): EncodedRequest {
  const text = Buffer.from(message.buffer, message.byteOffset, message.byteLength).toString();
  const { method, path, headers, body } = JSON.parse(text) as RestRequest;
  if (!METHOD.test(method) || !PATH.test(path)) {
    throw new RangeError(
      `The message of a REST step is {"method": "GET", "path": "/...", "headers"?, "body"?}, and not ${text.slice(0, 200)}.`,
    );
  }
  const firstLine = `${method} ${path} HTTP/1.1\r\n`;
  const lines = headers ? headerLines(headers) : "";
  if (body === undefined) return { firstLine, rest: `${lines}\r\n` };
  const json = JSON.stringify(body);
  const bytes = Buffer.byteLength(json);
  const rest = `${lines}content-type: application/json\r\ncontent-length: ${bytes}\r\n\r\n${json}`;
  return { firstLine, rest };
}
