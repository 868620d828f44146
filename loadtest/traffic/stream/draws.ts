import { keyOf, mix } from "../../../population/hash.ts";

const STEP = 0x9e3779b1;

/** Random bits by counter: those of one cell and slot are the same whoever draws them, and whenever. */
export class Draws {
  readonly #seed: number;
  #slot = 0;
  #start = 0;
  #counter = 0;
  #key = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  beginSlot(slot: number): void {
    this.#slot = keyOf(keyOf(this.#seed, 31), slot);
    this.#start = keyOf(keyOf(this.#seed, 32), slot);
  }

  /** Of the slot begun. 64 bits name it: where the counter starts, and a key. */
  beginCell(cell: number): void {
    this.#key = keyOf(this.#slot, cell);
    this.#counter = this.#start;
  }

  /** 32 bits. */
  bits(): number {
    this.#counter = (this.#counter + STEP) | 0;
    return mix(mix(this.#counter) ^ this.#key);
  }

  /** In [0, 1). */
  unit(): number {
    return (this.bits() >>> 0) / 4_294_967_296;
  }
}
