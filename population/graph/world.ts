import { PUBLISHED, scaleForMean } from "./degree-curve.ts";
import type { Celebrities } from "./degree-rows.ts";
import { MAX_PERMUTED } from "./permutation.ts";

/** All that a population is computed from. Equal worlds are equal friend by friend, on any machine. */
export interface World {
  /** Registered people: ids 1 to `people`. */
  readonly people: number;
  /** 32 bits. */
  readonly seed: number;
  /** Stretches all degrees to this mean; not given: as published, bent under the maximum. */
  readonly meanFriends?: number | undefined;
  readonly celebrities?: Celebrities | undefined;
}

/** The sizing of the design: DESIGN.md, section 6. */
export const FULL_SIZE_PEOPLE = 500_000_000;
export const MIN_PEOPLE = 100;
export const MAX_PEOPLE = MAX_PERMUTED;
export const MAX_SEED = 0xffff_ffff;
/** In a small world nobody may know more than this share of it, or it would be one crowd. */
const MAX_SHARE_KNOWN = 1 / 20;
const MAX_CELEBRITY_FRIENDS = 1_000_000;
const MAX_CELEBRITY_SHARE = 1 / 100;

/** The most friends of an ordinary person. */
export function maxFriendsIn(people: number): number {
  return Math.min(PUBLISHED.maxFriends, Math.floor(people * MAX_SHARE_KNOWN));
}

/** A world that can be computed, with what was left out. Throws RangeError naming the mistake. */
export function checkedWorld(world: World) {
  const { people, seed, meanFriends, celebrities = { count: 0, friends: 0 } } = world;
  wholeNumber("people", people, MIN_PEOPLE, MAX_PEOPLE);
  wholeNumber("seed", seed, 0, MAX_SEED);
  const maxFriends = maxFriendsIn(people);
  wholeNumber("celebrities", celebrities.count, 0, Math.floor(people * MAX_CELEBRITY_SHARE));
  if (celebrities.count > 0) {
    const most = Math.min(MAX_CELEBRITY_FRIENDS, Math.floor(people * MAX_SHARE_KNOWN));
    wholeNumber("friends of a celebrity", celebrities.friends, maxFriends, most);
  }
  const scale = meanFriends === undefined ? 1 : scaleForMean(meanFriends, maxFriends);
  return { people, seed, celebrities, shape: { maxFriends, scale } };
}

function wholeNumber(what: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new RangeError(`${what}: ${value} is not a whole number from ${min} to ${max}`);
}
