import { createPopulation, type Population } from "../../../population/population.ts";
import type { Step } from "../../run/step.ts";
import { type GivenScenario, scenario } from "../../scenarios/define.ts";
import { type Plan, type PlanOptions, planSteps } from "../plan-steps.ts";

export const SEED = 11;
export const PEOPLE = 5_000;
export const population: Population = createPopulation({ people: PEOPLE, seed: SEED });

export const ADDRESSES = {
  gateway: ["gateway:1"],
  post: ["post:1"],
  friend: ["friend:1"],
  timeline: ["timeline:1", "timeline:2"],
  ranking: ["ranking:1"],
  engagement: ["engagement:1"],
};

/** A short scenario of a small world, some 60 calls a second at pace 1. */
export function small(given: Partial<GivenScenario> = {}) {
  return scenario({
    name: "small",
    about: "for tests",
    dailyUsers: 150_000,
    warmUpSeconds: 0,
    seconds: 20,
    ...given,
    world: { people: PEOPLE, seed: SEED },
  });
}

export function planFor(
  given: Partial<GivenScenario>,
  options: Partial<PlanOptions> = {},
): Promise<Plan> {
  return planSteps({
    scenario: small(given),
    population,
    generator: 0,
    generators: 1,
    addresses: ADDRESSES,
    ownerOf: (viewer) => viewer % 2,
    clock: { nowMicros: () => 0 },
    run: "test",
    ...options,
  });
}

export function allSteps({ source }: Pick<Plan, "source">): readonly Step[] {
  const steps: Step[] = [];
  for (let next = source.next(); !next.done; next = source.next()) steps.push(next.value);
  return steps;
}

/** How many steps of each operation. */
export function countsOf({ operations }: Plan, steps: readonly Step[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { operation } of steps) {
    const { name } = operations[operation];
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}
