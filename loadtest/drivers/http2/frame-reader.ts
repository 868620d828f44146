import { FLAG, FRAME, FRAME_HEADER_BYTES } from "./frames.ts";
import { withoutPadding } from "./last-headers.ts";

/** What a client that announces nothing else is sent at most (RFC 9113, 6.5.2). */
const MAX_FRAME_BYTES = 16_384;
/** Of all frames of one header block. */
const MAX_BLOCK_BYTES = 1_024 * 1_024;
const STREAM_BITS = 2 ** 31 - 1;

/** What the other side does is not HTTP/2: nothing more can be read of it. */
export class ProtocolError extends Error {
  constructor(what: string) {
    super(`Protocol error: ${what}.`);
  }
}

export type OnFrame = (type: number, flags: number, stream: number, payload: Buffer) => void;

interface Block {
  readonly flags: number;
  readonly stream: number;
  readonly parts: Buffer[];
  bytes: number;
}

/** Frames of what comes, however it is cut; each header block as one, without padding (RFC 9113, 6.10). */
export class FrameReader {
  #rest: Buffer | undefined;
  #block: Block | undefined;

  /** Throws a ProtocolError. */
  read(chunk: Buffer, onFrame: OnFrame): void {
    const bytes = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk;
    let at = 0;
    while (bytes.length - at >= FRAME_HEADER_BYTES) {
      const length = bytes.readUIntBE(at, 3);
      if (length > MAX_FRAME_BYTES) throw new ProtocolError(`a frame of ${length} bytes`);
      const end = at + FRAME_HEADER_BYTES + length;
      if (end > bytes.length) break;
      const stream = bytes.readUInt32BE(at + 5) & STREAM_BITS;
      const payload = bytes.subarray(at + FRAME_HEADER_BYTES, end);
      this.#frame({ type: bytes[at + 3], flags: bytes[at + 4], stream, payload }, onFrame);
      at = end;
    }
    this.#rest = at < bytes.length ? bytes.subarray(at) : undefined;
  }

  #frame(
    {
      type,
      flags,
      stream,
      payload,
    }: Record<"type" | "flags" | "stream", number> & {
      readonly payload: Buffer;
    },
    onFrame: OnFrame,
  ): void {
    const block = this.#block;
    if (block && (type !== FRAME.continuation || stream !== block.stream)) {
      throw new ProtocolError("a frame within a header block");
    }
    if (block) this.#continue(block, flags, payload, onFrame);
    else if (type !== FRAME.headers) onFrame(type, flags, stream, payload);
    else if (flags & FLAG.endHeaders) onFrame(type, flags, stream, withoutPadding(flags, payload));
    else {
      const first = withoutPadding(flags, payload);
      this.#block = { flags, stream, parts: [first], bytes: first.length };
    }
  }

  #continue(block: Block, flags: number, payload: Buffer, onFrame: OnFrame): void {
    block.parts.push(payload);
    block.bytes += payload.length;
    if (block.bytes > MAX_BLOCK_BYTES) throw new ProtocolError("headers that do not end");
    if (!(flags & FLAG.endHeaders)) return;
    this.#block = undefined;
    onFrame(FRAME.headers, block.flags, block.stream, Buffer.concat(block.parts));
  }
}
