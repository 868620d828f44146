const CHUNK_BITS = 20;
const CHUNK_BYTES = 1 << CHUNK_BITS;

/** Short ASCII texts, one after the other in large chunks; none lies across two. */
export class KeyArena {
  readonly #chunks: Buffer[] = [];
  #end = 0;

  /** Where the text was put. */
  add(text: string): number {
    const room = CHUNK_BYTES - (this.#end & (CHUNK_BYTES - 1));
    if (room < text.length) this.#end += room;
    const at = this.#end;
    const chunk = at >>> CHUNK_BITS;
    if (chunk === this.#chunks.length) this.#chunks.push(Buffer.allocUnsafeSlow(CHUNK_BYTES));
    const bytes = this.#chunks[chunk];
    const start = at & (CHUNK_BYTES - 1);
    for (let i = 0; i < text.length; i++) bytes[start + i] = text.charCodeAt(i);
    this.#end += text.length;
    return at;
  }

  equals(at: number, length: number, text: string): boolean {
    if (length !== text.length) return false;
    const bytes = this.#chunks[at >>> CHUNK_BITS];
    const start = at & (CHUNK_BYTES - 1);
    for (let i = 0; i < length; i++) if (bytes[start + i] !== text.charCodeAt(i)) return false;
    return true;
  }

  text(at: number, length: number): string {
    const start = at & (CHUNK_BYTES - 1);
    return this.#chunks[at >>> CHUNK_BITS].toString("latin1", start, start + length);
  }

  get bytes(): number {
    return this.#chunks.length * CHUNK_BYTES;
  }
}
