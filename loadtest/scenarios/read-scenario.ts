import { basename, extname } from "node:path";
import { checkScenario } from "./check-scenario.ts";
import { type GivenScenario, scenario } from "./define.ts";
import { type Overrides, withOverrides } from "./overrides.ts";
import type { Scenario } from "./scenario.ts";
import { ScenarioError } from "./scenario-error.ts";
import { SCENARIO_FILES } from "./scenario-files.ts";
import { SCENARIOS } from "./scenarios.ts";
import { isRecord } from "./validation/form-problems.ts";

/**
 * The scenario of this name, or in this file (JSON, or .ts with a default export), with what was asked for
 * beside it. What a file leaves out is as in most scenarios. Throws a ScenarioError that names every mistake.
 */
export async function readScenario(nameOrPath: string, overrides: Overrides): Promise<Scenario> {
  const found = SCENARIOS.get(nameOrPath) ?? (await readFileAt(nameOrPath));
  return checkScenario(withOverrides(found, overrides));
}

/** Of the form of a scenario as far as defaults and overrides need it; the rest is checked with them. */
async function readFileAt(path: string): Promise<Scenario> {
  const extension = extname(path);
  const read = SCENARIO_FILES[extension];
  if (!read) {
    const known = [...SCENARIOS.keys()].join(", ");
    throw new ScenarioError(path, [
      `There is no scenario of this name: there are ${known}; or give the path of a .json or .ts file.`,
    ]);
  }
  const given = await read(path).catch((error: Error) => {
    throw new ScenarioError(path, [`It can't be read: ${error.message}`]);
  });
  if (!isRecord(given) || !isRecord(given.world ?? {})) {
    const what = extension === ".ts" ? "The default export" : "A scenario";
    throw new ScenarioError(path, [`${what} is an object: { "about", "world": { }, ... }.`]);
  }
  const name = basename(path, extension);
  return scenario({ name, about: "", ...given } as GivenScenario);
}
