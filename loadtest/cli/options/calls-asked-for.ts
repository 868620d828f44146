import { extname } from "node:path";
import { PUBLISHED } from "../../calls/published/published.ts";
import type { CallScenario } from "../../calls/spec/call-scenario.ts";
import { readCalls } from "../../calls/spec/read-calls.ts";
import { SCENARIOS } from "../../scenarios/scenarios.ts";
import { explainMissingCall } from "../run-calls.ts";
import { type CallOptions, callScenarioOf } from "./call-options.ts";
import { LoadError } from "./load-error.ts";
import { targetOf } from "./target-flags.ts";

/**
 * Calls of any target: by flags, or of a scenario by name or file, which may be asked of another target than its
 * own. Undefined for a scenario of the mesh, and when nothing was named. Throws a LoadError for what does not go
 * together.
 */
export async function callsAskedFor(
  nameOrPath: string | undefined,
  options: CallOptions,
): Promise<CallScenario | undefined> {
  if (nameOrPath === undefined) {
    await explainMissingCall(options);
    return callScenarioOf(options);
  }
  if (options.call !== undefined || options.request !== undefined || options.data !== undefined) {
    throw new LoadError("Give a scenario, or a --target with what to ask of it: not both.");
  }
  checkKnown(nameOrPath);
  const target = options.target && targetOf(options);
  const calls = await readCalls(nameOrPath, { ...options, target });
  if (calls || target === undefined) return calls;
  throw new LoadError(
    `${nameOrPath} is no scenario of calls, and the mesh knows where its services are: leave --target out.`,
  );
}

function checkKnown(nameOrPath: string): void {
  const known = [...SCENARIOS.keys(), ...PUBLISHED.keys()];
  if (known.includes(nameOrPath) || extname(nameOrPath) !== "") return;
  throw new LoadError(
    `There is no scenario "${nameOrPath}": there are ${known.join(", ")}; or give the path of a .json or .ts file.`,
  );
}
