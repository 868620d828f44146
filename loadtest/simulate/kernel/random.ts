import { keyOf } from "../../../population/hash.ts";

/** Numbers thrown away until the state is well mixed. */
const WARM_UP = 12;

/**
 * Random bits: sfc32 (C. Doty-Humphrey, PractRand), with a cycle of 2^32 at least and 2^127 on
 * average. Each use in the model has a stream of its own: what one part draws moves no other
 * part's draws, so two runs that differ in one thing see the same posts (common random numbers).
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: number, stream: number) {
    this.#a = keyOf(seed, 3 * stream);
    this.#b = keyOf(seed, 3 * stream + 1);
    this.#c = keyOf(seed, 3 * stream + 2);
    for (let i = 0; i < WARM_UP; i++) this.bits();
  }

  /** 32 bits, signed. */
  bits(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum;
  }

  /** In [0, 1). */
  unit(): number {
    return (this.bits() >>> 0) / 4_294_967_296;
  }
}
