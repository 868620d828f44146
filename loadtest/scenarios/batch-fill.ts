import { evenSample } from "../../population/measure/degrees.ts";
import type { Population } from "../../population/population.ts";
import { ownersTouched } from "../demand/post-audience.ts";

export interface BatchFill {
  /** Viewers of a post at each owner that has any. */
  readonly viewers: number;
  /** Owners that have any. */
  readonly ownersTouched: number;
}

/**
 * How a post's friends scatter over so many owners, on average over posts: of n friends an owner has none
 * with chance (1 - 1/owners)^n.
 */
export function batchFill(population: Population, owners: number, samples: number): BatchFill {
  let posts = 0;
  let viewers = 0;
  let touched = 0;
  for (const person of evenSample(population, samples)) {
    const weight = population.expectedPostsADay(person);
    const friends = population.degree(person);
    posts += weight;
    viewers += weight * friends;
    touched += weight * ownersTouched(friends, owners);
  }
  return { viewers: viewers / touched, ownersTouched: touched / posts };
}
