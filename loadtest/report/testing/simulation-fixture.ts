import { createPopulation } from "../../../population/population.ts";
import { createModel } from "../../simulate/create-model.ts";
import { simulateDay } from "../../simulate/simulate-day.ts";
import type { SimulationFile } from "../../simulate/simulation-result.ts";

const EVENING = 18 * 3_600;

/** Two minutes of a small world, with an outage. */
export function simulationFixture(): SimulationFile {
  const model = createModel(createPopulation({ people: 100_000, seed: 1 }), {
    engine: "cql",
    dailyUsers: 1_000_000,
    owners: 4,
    postsPerSecond: 10,
  });
  const outages = [{ what: "broker", fromSecond: EVENING + 40, seconds: 20 }] as const;
  return {
    ...simulateDay(model, { seed: 1, fromSecond: EVENING, seconds: 120, outages }),
    command: "npm run load -- simulate --rate 10",
    startedAt: "2026-11-21T13:27:00.000Z",
  };
}
