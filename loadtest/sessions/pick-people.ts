import { domainOf, permute } from "../../population/graph/permutation.ts";
import { keyOf } from "../../population/hash.ts";
import type { Population } from "../../population/population.ts";

export type Picked = Pick<Population, "people" | "active" | "personAtRank">;

/** Active people in an order drawn from the key: each once. */
export function* pickActive({ active }: Picked, key: number): Generator<number, void, void> {
  const domain = domainOf(active.count);
  for (let i = 0; i < active.count; i++) yield active.personAt(permute(i, key, domain));
}

/** Registered people who are not active, so that their timelines are not kept: each once. */
export function* pickInactive(population: Picked, key: number): Generator<number, void, void> {
  const { people, active } = population;
  const domain = domainOf(people);
  for (let i = 0; i < people; i++) {
    const person = permute(i, key, domain) + 1;
    if (!active.has(person)) yield person;
  }
}

/** Whoever has the most friends. */
export function celebrityOf({ people, personAtRank }: Picked): number {
  return personAtRank(people - 1);
}

/** The active person with the most friends of whom `isHere` is true; undefined: there is nobody. */
export function hottestViewer(
  { people, active, personAtRank }: Picked,
  isHere: (person: number) => boolean,
): number | undefined {
  for (let rank = people - 1; rank >= 0; rank--) {
    const person = personAtRank(rank);
    if (active.has(person) && isHere(person)) return person;
  }
  return undefined;
}

const SURGE_KEY = 0x73757267;

/** The key of the surge at this place of a scenario. */
export function surgeKey(seed: number, index: number): number {
  return keyOf(keyOf(seed, SURGE_KEY), index);
}
