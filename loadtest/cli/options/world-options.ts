import { type Command, Option } from "commander";
import {
  FULL_SIZE_PEOPLE,
  MAX_PEOPLE,
  MAX_SEED,
  MIN_PEOPLE,
} from "../../../population/graph/world.ts";
import { ZONES, type ZoneSet } from "../../../population/people/zones.ts";
import { createPopulation, type Population } from "../../../population/population.ts";
import { amount, number } from "./arguments.ts";

/** Which population: the same options give the same people in every command. */
export interface WorldOptions {
  readonly people: number;
  readonly seed: number;
  readonly mean?: number;
  readonly celebrities: number;
  readonly celebrityFriends: number;
  readonly zones: ZoneSet;
}

/** Beyond the 10,000 friends from which the mesh pulls an author's posts, below the 50,000 it stores. */
const CELEBRITY_FRIENDS = 20_000;

export function withWorldOptions(command: Command): Command {
  return command
    .option("--people <n>", "registered people", amount(MIN_PEOPLE, MAX_PEOPLE), FULL_SIZE_PEOPLE)
    .option("--seed <n>", "another seed gives other people", amount(0, MAX_SEED), 1)
    .option("--mean <n>", "mean number of friends; as published by default", number(1, 5_000))
    .option("--celebrities <n>", "people beyond the curve", amount(0, 1e6), 0)
    .option("--celebrity-friends <n>", "of each", amount(1, 1e6), CELEBRITY_FRIENDS)
    .addOption(
      new Option("--zones <set>", "where people live")
        .choices(Object.keys(ZONES))
        .default("home" satisfies ZoneSet),
    );
}

/** Throws RangeError when there cannot be such people. */
export function populationOf(options: WorldOptions): Population {
  const { people, seed, mean, celebrities, celebrityFriends, zones } = options;
  return createPopulation({
    people,
    seed,
    zones,
    meanFriends: mean,
    celebrities: { count: celebrities, friends: celebrityFriends },
  });
}
