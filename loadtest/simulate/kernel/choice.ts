import { present } from "../../../services/model/invariant.ts";
import type { Random } from "./random.ts";

/** A choice by weight in one look-up and one comparison: the alias method (Vose, 1991). */
export class Choice {
  readonly #random: Random;
  readonly #limits: Float64Array;
  readonly #others: Int32Array;

  constructor(weights: readonly number[], random: Random) {
    const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
    const left = weights.map((weight) => weight / mean);
    this.#random = random;
    this.#limits = new Float64Array(weights.length).fill(1);
    this.#others = Int32Array.from(weights, (_, i) => i);
    const small = [...left.keys()].filter((i) => left[i] < 1);
    const large = [...left.keys()].filter((i) => left[i] >= 1);
    while (small.length > 0 && large.length > 0) {
      const below = present(small.pop());
      const above = present(large.at(-1));
      this.#limits[below] = left[below];
      this.#others[below] = above;
      left[above] -= 1 - left[below];
      if (left[above] < 1) small.push(present(large.pop()));
    }
  }

  draw(): number {
    const place = this.#random.unit() * this.#limits.length;
    const index = Math.trunc(place);
    return place - index < this.#limits[index] ? index : this.#others[index];
  }
}
