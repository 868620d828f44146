import type { Target } from "../driver.ts";
import { GRPC_PREFIX_BYTES } from "./call-frames.ts";

/** Ends a stream that would go on, after so many messages or so long, whichever comes first. */
export class StreamStop {
  readonly #most: number;
  readonly #stop: () => void;
  readonly #timer: NodeJS.Timeout | undefined;
  /** Of the message that comes: its prefix, then what is left of it. */
  #prefix = 0;
  #length = 0;
  #left = 0;
  #messages = 0;

  constructor({ messages, ms }: NonNullable<Target["stopAfter"]>, stop: () => void) {
    this.#most = messages ?? Number.POSITIVE_INFINITY;
    this.#stop = stop;
    if (ms !== undefined) this.#timer = setTimeout(stop, ms);
  }

  /** Bytes of the stream as they come, cut anywhere. */
  received(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      if (this.#prefix < GRPC_PREFIX_BYTES) {
        // The first byte says whether it is compressed, the others how long it is.
        this.#length = this.#prefix === 0 ? 0 : this.#length * 256 + bytes[at];
        this.#prefix++;
        at++;
        if (this.#prefix < GRPC_PREFIX_BYTES) continue;
        this.#left = this.#length;
      }
      const taken = Math.min(this.#left, bytes.length - at);
      this.#left -= taken;
      at += taken;
      if (this.#left === 0) {
        this.#prefix = 0;
        this.#messages++;
      }
    }
    if (this.#messages >= this.#most) this.#stop();
  }

  /** The stream is over by itself. */
  over(): void {
    clearTimeout(this.#timer);
  }
}
