import { invariant } from "../../../model/invariant.ts";

/** Words of a chunk: a header, then the entries. 128 words are 512 bytes. */
export const CHUNK_SHIFT = 7;
const CHUNK_WORDS = 1 << CHUNK_SHIFT;
export const CHUNK_BYTES = CHUNK_WORDS * 4;
/** The header: neighbours in the ring (older, newer) and, except in a ring's newest chunk, the entries. */
export const PREVIOUS = 0;
export const NEXT = 1;
export const USED = 2;
const HEADER_WORDS = 4;
/** An entry: post low, post high with the deleted bit, author low, author high. */
export const ENTRY_WORDS = 4;
export const CHUNK_ENTRIES = (CHUNK_WORDS - HEADER_WORDS) / ENTRY_WORDS;

export const SLAB_SHIFT = 15;
const SLAB_CHUNKS = 1 << SLAB_SHIFT;
export const SLAB_MASK = SLAB_CHUNKS - 1;
/** No chunk. */
export const NONE = 0xffff_ffff;

/**
 * Chunks of one fixed size, from slabs that are allocated as they are needed, up to a bound. A chunk
 * is a number; a free one links to the next free one where it would link to its newer neighbour.
 */
export class ChunkPool {
  readonly slabs: Uint32Array[] = [];
  /** Chunks at most. */
  readonly maxCount: number;
  #touched = 0;
  #firstFree = NONE;
  #freeCount = 0;

  /** @param maxBytes the bound of all slabs together */
  constructor(maxBytes: number) {
    this.maxCount = Math.min(Math.floor(maxBytes / CHUNK_BYTES), NONE);
  }

  /** Bytes of the slabs that were allocated. */
  get bytes(): number {
    return this.slabs.reduce((sum, slab) => sum + slab.byteLength, 0);
  }

  get usedCount(): number {
    return this.#touched - this.#freeCount;
  }

  slabOf(chunk: number): Uint32Array {
    return this.slabs[chunk >>> SLAB_SHIFT];
  }

  /** Where the chunk begins in its slab, in words. */
  baseOf(chunk: number): number {
    return (chunk & SLAB_MASK) << CHUNK_SHIFT;
  }

  /** A chunk without neighbours; NONE when the bound is reached. */
  take(): number {
    let chunk = this.#firstFree;
    if (chunk !== NONE) {
      this.#firstFree = this.slabOf(chunk)[this.baseOf(chunk) + NEXT];
      this.#freeCount--;
    } else {
      if (this.#touched === this.maxCount) return NONE;
      chunk = this.#touched++;
      if (chunk >>> SLAB_SHIFT === this.slabs.length) this.#addSlab(chunk);
    }
    const slab = this.slabOf(chunk);
    const base = this.baseOf(chunk);
    slab[base + PREVIOUS] = NONE;
    slab[base + NEXT] = NONE;
    slab[base + USED] = 0;
    return chunk;
  }

  /** Gives back `count` chunks that are linked from `first` (oldest) to `last` (newest). */
  giveBack(first: number, last: number, count: number): void {
    this.slabOf(last)[this.baseOf(last) + NEXT] = this.#firstFree;
    this.#firstFree = first;
    this.#freeCount += count;
    invariant(this.#freeCount <= this.#touched, "no chunk is given back twice");
  }

  #addSlab(firstChunk: number): void {
    const chunks = Math.min(SLAB_CHUNKS, this.maxCount - firstChunk);
    this.slabs.push(new Uint32Array(chunks << CHUNK_SHIFT));
  }
}

/** Where entry `index` of the chunk that begins at `base` is, in words. */
export function entryAt(base: number, index: number): number {
  return base + HEADER_WORDS + index * ENTRY_WORDS;
}
