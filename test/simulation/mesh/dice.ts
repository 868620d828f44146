import { seededRandom } from "../../../services/platform/storage/log/testing/random.ts";

/** Seeded choices. Two runs that ask the same questions get the same answers. */
export class Dice {
  /** [0, 1). */
  readonly random = (): number => this.#source();
  #source: () => number;

  constructor(seed: number) {
    this.#source = seededRandom(seed);
  }

  /** From now on as if made anew: what comes does not depend on how often it was asked before. */
  reseed(seed: number): void {
    this.#source = seededRandom(seed);
  }

  chance(probability: number): boolean {
    return this.random() < probability;
  }

  /** A whole number from 0 to `below` - 1. */
  below(below: number): number {
    return Math.floor(this.random() * below);
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)];
  }
}
