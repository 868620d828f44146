/** What precedes each message of gRPC: a flag of one byte, and the length in four. */
export const PREFIX_BYTES = 5;

/** Follows the messages of one stream by their lengths, and keeps none of their bytes. */
export class Framing {
  #prefixBytes = 0;
  #length = 0;
  #unreadBytes = 0;

  /** Bytes that are here of a message that is not whole. */
  get unfinishedBytes(): number {
    return this.#prefixBytes === 0 ? 0 : this.#prefixBytes + this.#length - this.#unreadBytes;
  }

  take(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; ) {
      at += this.#prefixBytes < PREFIX_BYTES ? this.#takePrefix(chunk[at]) : this.#skip(chunk, at);
      if (this.#prefixBytes === PREFIX_BYTES && this.#unreadBytes === 0) this.#reset();
    }
  }

  #takePrefix(byte: number): number {
    if (this.#prefixBytes > 0) this.#length = this.#length * 256 + byte;
    this.#prefixBytes++;
    this.#unreadBytes = this.#length;
    return 1;
  }

  #skip(chunk: Uint8Array, at: number): number {
    const skipped = Math.min(chunk.length - at, this.#unreadBytes);
    this.#unreadBytes -= skipped;
    return skipped;
  }

  #reset(): void {
    this.#prefixBytes = 0;
    this.#length = 0;
  }
}
