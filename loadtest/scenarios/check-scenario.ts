import { createPopulation, type Population } from "../../population/population.ts";
import { loadApi, UsageError } from "../../tools/call/api.ts";
import { compileCall } from "../sessions/calls/compile-call.ts";
import type { Scenario } from "./scenario.ts";
import { ScenarioError } from "./scenario-error.ts";
import { formProblems, isRecord } from "./validation/form-problems.ts";
import { senseProblems } from "./validation/sense-problems.ts";
import { worldProblems } from "./validation/world-problems.ts";

/** The value, when it is a scenario that can be run. Throws a ScenarioError that names every mistake. */
export async function checkScenario(value: unknown): Promise<Scenario> {
  const name = isRecord(value) && typeof value.name === "string" ? value.name : "?";
  const refuse = (problems: readonly string[]) => {
    if (problems.length > 0) throw new ScenarioError(name, problems);
  };
  refuse(formProblems(value));
  const scenario = value as Scenario;
  refuse([...senseProblems(scenario), ...(await callProblems(scenario))]);
  refuse(worldProblems(scenario, populationOf(scenario)));
  return scenario;
}

/** The people of a scenario. Throws a ScenarioError when there cannot be such. */
export function populationOf({ name, world }: Scenario): Population {
  const { people, seed, meanFriends } = world;
  try {
    return createPopulation({ people, seed, meanFriends, zones: "home" });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ScenarioError(name, [`world: ${error.message}.`]);
  }
}

async function callProblems({ load }: Scenario): Promise<readonly string[]> {
  if (load.kind === "sessions") return [];
  const api = await loadApi();
  return load.calls.flatMap((call, i) => {
    try {
      compileCall(api, call);
      return [];
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      return `load.calls[${i}]: ${error.message}.`;
    }
  });
}
