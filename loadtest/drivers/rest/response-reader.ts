import { BadResponseError, ChunkedBody } from "./chunked-body.ts";

/** A whole answer. */
export interface RestResponse {
  readonly status: number;
  /** Names in lower case; of a name that comes twice the last. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
  /** Whether the server takes another request on this connection. */
  readonly keepsOpen: boolean;
  /** For how long the server keeps it open without one, ms; undefined when it does not say. */
  readonly idleMs: number | undefined;
}

interface Head {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly bodyAt: number;
  /** Bytes, or how its end is found. */
  readonly body: number | "chunked" | "until the end";
  readonly keepsOpen: boolean;
  readonly idleMs: number | undefined;
}

const MAX_HEAD_BYTES = 64 * 1_024;
const MAX_RESPONSE_BYTES = 64 * 1_024 * 1_024;
const END_OF_HEAD = "\r\n\r\n";

/** Reads HTTP/1.1 answers (RFC 9112), one at a time: there is one request in flight on a connection. */
export class ResponseReader {
  #chunks: Buffer[] = [];
  #bytes = 0;
  #head: Head | undefined;
  #chunked: ChunkedBody | undefined;
  /** The next answer is to HEAD: its headers tell of a body that does not come. */
  expectsNoBody = false;

  /** Nothing of an answer has come. */
  get isEmpty(): boolean {
    return this.#bytes === 0;
  }

  /** The answer when this chunk completes it. Throws a BadResponseError on what is no HTTP. */
  read(chunk: Buffer): RestResponse | undefined {
    this.#bytes += chunk.length;
    if (this.#bytes > MAX_RESPONSE_BYTES) {
      throw new BadResponseError(`the answer is larger than ${MAX_RESPONSE_BYTES} bytes`);
    }
    if (this.#chunked) return this.#readChunked(this.#chunked, chunk);
    this.#chunks.push(chunk);
    const { body, bodyAt } = this.#head ?? { body: "unknown", bodyAt: 0 };
    if (body === "until the end") return undefined;
    if (typeof body === "number" && this.#bytes < bodyAt + body) return undefined;
    return this.#next(false);
  }

  /** The server closed the connection: the answer if this is how its body ends. */
  end(): RestResponse | undefined {
    return this.#head?.body === "until the end" ? this.#next(true) : undefined;
  }

  #next(hasEnded: boolean): RestResponse | undefined {
    const bytes = this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks);
    this.#chunks = [bytes];
    const head = this.#head ?? headOf(bytes, this.expectsNoBody);
    this.#head = head;
    if (!head) return undefined;
    if (head.status < 200) {
      // 100 Continue and the like: the answer comes after it.
      this.#take(bytes.subarray(head.bodyAt));
      return this.isEmpty ? undefined : this.#next(hasEnded);
    }
    if (head.body === "chunked") {
      this.#chunked = new ChunkedBody();
      return this.#readChunked(this.#chunked, bytes.subarray(head.bodyAt));
    }
    const { body: length, bodyAt } = head;
    const endsAt = length === "until the end" ? bytes.length : bodyAt + length;
    if (length === "until the end" ? !hasEnded : bytes.length < endsAt) return undefined;
    return this.#whole(head, bytes.subarray(bodyAt, endsAt), bytes.subarray(endsAt));
  }

  #readChunked(chunked: ChunkedBody, chunk: Buffer): RestResponse | undefined {
    const rest = chunked.read(chunk);
    return rest && this.#head ? this.#whole(this.#head, chunked.body, rest) : undefined;
  }

  #whole({ status, headers, keepsOpen, idleMs }: Head, body: Buffer, rest: Buffer): RestResponse {
    this.#take(rest);
    if (!this.isEmpty) throw new BadResponseError("more came than the answer");
    return { status, headers, body, keepsOpen, idleMs };
  }

  #take(rest: Buffer): void {
    this.#head = undefined;
    this.#chunked = undefined;
    this.#chunks = rest.length > 0 ? [rest] : [];
    this.#bytes = rest.length;
  }
}

function headOf(bytes: Buffer, hasNoBody: boolean): Head | undefined {
  const end = bytes.indexOf(END_OF_HEAD, 0, "latin1");
  if (end < 0) {
    if (bytes.length > MAX_HEAD_BYTES) throw new BadResponseError("its headers do not end");
    return undefined;
  }
  const lines = bytes.toString("latin1", 0, end).split("\r\n");
  const [, minor, code] = /^HTTP\/1\.([01]) (\d{3})(?: |$)/.exec(lines[0]) ?? [];
  if (code === undefined) throw new BadResponseError(`it begins with ${lines[0].slice(0, 80)}`);
  const headers = new Map<string, string>();
  for (let i = 1; i < lines.length; i++) {
    const colon = lines[i].indexOf(":");
    headers.set(lines[i].slice(0, colon).toLowerCase(), lines[i].slice(colon + 1).trim());
  }
  const status = Number(code);
  const body = hasNoBody ? 0 : bodyKind(status, headers);
  const connection = headers.get("connection")?.toLowerCase();
  const asksToClose = connection === "close" || (minor === "0" && connection !== "keep-alive");
  const idleSeconds = /timeout=(\d+)/.exec(headers.get("keep-alive") ?? "")?.[1];
  return {
    status,
    headers,
    bodyAt: end + END_OF_HEAD.length,
    body,
    keepsOpen: !asksToClose && body !== "until the end",
    idleMs: idleSeconds === undefined ? undefined : 1000 * Number(idleSeconds),
  };
}

/** RFC 9112, 6.3. */
function bodyKind(status: number, headers: ReadonlyMap<string, string>): Head["body"] {
  if (status < 200 || status === 204 || status === 304) return 0;
  if (headers.get("transfer-encoding")?.toLowerCase().endsWith("chunked")) return "chunked";
  const length = headers.get("content-length");
  if (length === undefined) return "until the end";
  if (!/^\d{1,15}$/.test(length)) throw new BadResponseError(`its content-length is ${length}`);
  return Number(length);
}
