import { type Distribution, valueAbove } from "./distribution.ts";
import type { Random } from "./random.ts";

const CELL_BITS = 8;
const CELLS = 2 ** CELL_BITS;
const LEVELS = 24;
/** A cell's value is its mean, from so many points in it. */
const POINTS = 8;

/**
 * Draws by one look-up, also far into the tail: half of the cells would miss what a queue waits
 * for. Each level halves what is above it, down to one draw in 8 million, and has 256 cells of
 * equal chance.
 */
export class Sampler {
  readonly #random: Random;
  readonly #values = new Float64Array(LEVELS * CELLS);

  constructor(distribution: Distribution, random: Random) {
    this.#random = random;
    for (let level = 0; level < LEVELS; level++) {
      const isLast = level === LEVELS - 1;
      const above = 2 ** -level;
      const width = (isLast ? above : above / 2) / CELLS;
      for (let cell = 0; cell < CELLS; cell++) {
        let sum = 0;
        for (let point = 0; point < POINTS; point++) {
          sum += valueAbove(distribution, above - (cell + (point + 0.5) / POINTS) * width);
        }
        this.#values[level * CELLS + cell] = sum / POINTS;
      }
    }
  }

  draw(): number {
    return this.valueFor(this.#random.bits());
  }

  /** For 32 random bits: the ones they begin with choose the level, what follows the cell. */
  valueFor(bits: number): number {
    const level = Math.clz32(~bits);
    return level < LEVELS - 1
      ? this.#values[level * CELLS + ((bits << (level + 1)) >>> (32 - CELL_BITS))]
      : this.#values[(LEVELS - 1) * CELLS + ((bits & (2 * CELLS - 1)) >>> 1)];
  }
}
