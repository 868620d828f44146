/** An answer that is no HTTP, or not as HTTP has it. */
export class BadResponseError extends Error {}

const CRLF = "\r\n";
const MAX_LINE_BYTES = 64 * 1_024;

/** Reads a body in chunks (RFC 9112, 7.1) as it comes, each byte once; trailers are passed over. */
export class ChunkedBody {
  readonly #parts: Buffer[] = [];
  /** Of a line that is not whole yet. */
  #line = "";
  #reads: "size" | "data" | "end of data" | "trailer" = "size";
  /** Of a chunk. */
  #left = 0;

  /** What comes behind its end; undefined: it goes on. Throws a BadResponseError. */
  read(bytes: Buffer): Buffer | undefined {
    for (let at = 0; at < bytes.length; ) {
      if (this.#reads === "data") {
        const taken = bytes.subarray(at, at + this.#left);
        this.#parts.push(taken);
        this.#left -= taken.length;
        at += taken.length;
        if (this.#left === 0) this.#reads = "end of data";
        continue;
      }
      const end = bytes.indexOf("\n", at, "latin1");
      this.#line += bytes.toString("latin1", at, end < 0 ? bytes.length : end + 1);
      if (this.#line.length > MAX_LINE_BYTES) throw new BadResponseError("a line does not end");
      if (end < 0) return undefined;
      at = end + 1;
      if (this.#takeLine()) return bytes.subarray(at);
    }
    return undefined;
  }

  get body(): Buffer {
    return this.#parts.length === 1 ? this.#parts[0] : Buffer.concat(this.#parts);
  }

  /** Whether it was the last of all. */
  #takeLine(): boolean {
    const line = this.#line;
    this.#line = "";
    if (!line.endsWith(CRLF)) throw new BadResponseError("a line ends without CR");
    if (this.#reads === "trailer") return line === CRLF;
    if (this.#reads === "end of data") {
      if (line !== CRLF) throw new BadResponseError("a chunk is longer than it says");
      this.#reads = "size";
      return false;
    }
    const [, size] = /^([0-9a-f]{1,8})(?![0-9a-z])/i.exec(line) ?? [];
    if (size === undefined) throw new BadResponseError(`a chunk begins with ${line.slice(0, 80)}`);
    this.#left = Number.parseInt(size, 16);
    this.#reads = this.#left === 0 ? "trailer" : "data";
    return false;
  }
}
