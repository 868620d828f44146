import { PRIORITIES } from "../amounts.ts";
import type { Claim } from "./divide.ts";
import { WaterLevel } from "./water-level.ts";

/** More than any rate; what knows no limit counts as this, so that sums stay numbers. */
const MOST = 2 ** 40;
/** Sums of parts that were rounded down so stay whole, and below what there is. */
const ROUNDING = 1e-6;

/** What a claim asks for in the three rounds of `divide`. */
interface Rounds {
  /** Assured and wanted. */
  readonly base: number;
  /** Wanted beyond that. */
  readonly wanted: number;
  /** What it may have that nobody wants. */
  readonly idle: number;
}

/**
 * `divide` for claims that change one at a time: a claim is put in, or taken out, and a part is asked
 * for, each at a cost that does not grow with the number of claims. The parts of all claims together are
 * never more than the capacity.
 */
export class Division {
  readonly #wanted: (WaterLevel | undefined)[] = [];
  readonly #idle = new WaterLevel();
  #promised = 0;

  add(claim: Claim): void {
    const { base, wanted, idle } = roundsOf(claim);
    this.#promised += base;
    this.#wanted[claim.priority] ??= new WaterLevel();
    this.#wanted[claim.priority]?.add(wanted, claim.weight);
    this.#idle.add(idle, claim.weight);
  }

  /** As it was added. */
  remove(claim: Claim): void {
    const { base, wanted, idle } = roundsOf(claim);
    this.#promised -= base;
    this.#wanted[claim.priority]?.remove(wanted, claim.weight);
    this.#idle.remove(idle, claim.weight);
  }

  /** The part of any claim that was added, as long as none comes or goes. */
  partsOf(capacity: number): (claim: Claim) => number {
    if (capacity === Infinity) return ({ ceiling }) => ceiling;
    const promised = this.#promised;
    if (promised > capacity) {
      return (claim) => Math.floor((capacity * roundsOf(claim).base) / promised);
    }
    const levels = new Float64Array(PRIORITIES);
    let left = capacity - promised;
    for (let priority = 0; priority < PRIORITIES; priority++) {
      const wanted = this.#wanted[priority];
      if (wanted === undefined) continue;
      levels[priority] = wanted.at(left);
      left = Math.max(0, left - wanted.room);
    }
    const idleLevel = this.#idle.at(left);
    return (claim) => {
      const { base, wanted, idle } = roundsOf(claim);
      const { weight, priority } = claim;
      return base + partAt(levels[priority], wanted, weight) + partAt(idleLevel, idle, weight);
    };
  }
}

function partAt(level: number, room: number, weight: number): number {
  return Math.min(room, Math.floor(level * weight + ROUNDING));
}

function roundsOf(claim: Claim): Rounds {
  const ceiling = Math.min(claim.ceiling, MOST);
  const most = Math.min(claim.wants, ceiling);
  const base = Math.min(claim.assured, most);
  return { base, wanted: most - base, idle: Math.max(0, Math.min(claim.idle, ceiling) - most) };
}
