type Numbers = Uint8Array | Uint32Array | Float64Array;

const CHUNK_BITS = 14;
const ROWS_PER_CHUNK = 1 << CHUNK_BITS;
const ROW_MASK = ROWS_PER_CHUNK - 1;
/** The first chunk grows, so that a shard of few orders is small. */
const FIRST_ROWS = 16;

/**
 * Rows of a few numbers each, in chunks: growing copies nothing, and garbage collection sees a handful
 * of typed arrays instead of millions of objects.
 */
export class Rows<T extends Numbers> {
  readonly #width: number;
  readonly #make: (length: number) => T;
  readonly #chunks: T[] = [];

  constructor(width: number, make: (length: number) => T) {
    this.#width = width;
    this.#make = make;
  }

  get(row: number, column: number): number {
    return this.#chunks[row >>> CHUNK_BITS][(row & ROW_MASK) * this.#width + column];
  }

  set(row: number, column: number, value: number): void {
    this.#chunks[row >>> CHUNK_BITS][(row & ROW_MASK) * this.#width + column] = value;
  }

  /** Makes room for this row; rows are added one after the other. */
  reach(row: number): void {
    const number = row >>> CHUNK_BITS;
    const chunk = this.#chunks[number];
    const neededRows = (row & ROW_MASK) + 1;
    if (chunk && chunk.length >= neededRows * this.#width) return;
    let rows = number === 0 ? FIRST_ROWS : ROWS_PER_CHUNK;
    while (rows < neededRows) rows *= 2;
    const grown = this.#make(rows * this.#width);
    if (chunk) grown.set(chunk);
    this.#chunks[number] = grown;
  }

  /** The first rows, one behind the other. */
  copy(rows: number): T {
    const copy = this.#make(rows * this.#width);
    const perChunk = ROWS_PER_CHUNK * this.#width;
    this.#chunks.forEach((chunk, i) => {
      const left = copy.length - i * perChunk;
      if (left > 0) copy.set(left < perChunk ? chunk.subarray(0, left) : chunk, i * perChunk);
    });
    return copy;
  }

  get bytes(): number {
    return this.#chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
  }
}
