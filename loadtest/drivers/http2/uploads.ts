import { encodeData } from "./call-frames.ts";

interface Upload {
  rest: Uint8Array;
  /** Bytes that the server takes of this stream now; below 0 when it took back what it had given. */
  window: number;
}

/** Messages that are larger than what the server takes at once (RFC 9113, 5.2): they go as it makes room. */
export class Uploads {
  readonly #uploads = new Map<number, Upload>();
  readonly #write: (frames: Buffer) => void;

  constructor(write: (frames: Buffer) => void) {
    this.#write = write;
  }

  begin(stream: number, body: Uint8Array, window: number): void {
    this.#uploads.set(stream, { rest: body, window });
  }

  /** The server takes so many bytes more of a stream. */
  widen(stream: number, bytes: number): void {
    const upload = this.#uploads.get(stream);
    if (upload) upload.window += bytes;
  }

  /** The same of all, by new settings. */
  widenAll(bytes: number): void {
    for (const upload of this.#uploads.values()) upload.window += bytes;
  }

  /** Whether something of this stream was left. */
  end(stream: number): boolean {
    return this.#uploads.delete(stream);
  }

  /** Writes what fits into the connection's window, whoever began first; returns what is left of that. */
  flush(connectionWindow: number, maxFrameBytes: number): number {
    let room = connectionWindow;
    for (const [stream, upload] of this.#uploads) {
      const bytes = Math.min(upload.rest.length, upload.window, room);
      if (bytes <= 0) continue;
      const body = upload.rest.subarray(0, bytes);
      upload.rest = upload.rest.subarray(bytes);
      upload.window -= bytes;
      room -= bytes;
      const isLast = upload.rest.length === 0;
      if (isLast) this.#uploads.delete(stream);
      this.#write(encodeData(body, { stream, maxFrameBytes, isLast }));
    }
    return room;
  }
}
