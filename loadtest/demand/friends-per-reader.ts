import type { Population } from "../../population/population.ts";

const SAMPLED = 1_000;

/** Mean friends of who reads a page: any of the active, for who comes often has no more friends than the others. */
export function friendsPerReader({ active, friends }: Population): number {
  const samples = Math.min(SAMPLED, active.count);
  let sum = 0;
  for (let i = 0; i < samples; i++) {
    sum += friends(active.personAt(Math.floor((i * active.count) / samples))).length;
  }
  return sum / samples;
}
