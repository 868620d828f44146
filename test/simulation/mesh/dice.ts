import { seededRandom } from "../../../services/timeline/adapters/log/testing/random.ts";

/** Seeded choices. Two runs that ask the same questions get the same answers. */
export class Dice {
  /** [0, 1). */
  readonly random: () => number;

  constructor(seed: number) {
    this.random = seededRandom(seed);
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
