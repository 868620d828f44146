import { extname } from "node:path";
import { PUBLISHED } from "../../calls/published/published.ts";
import type { CallScenario } from "../../calls/spec/call-scenario.ts";
import { readCalls } from "../../calls/spec/read-calls.ts";
import { SCENARIOS } from "../../scenarios/scenarios.ts";
import { explainMissingCall } from "../run-calls.ts";
import { type CallOptions, callScenarioOf } from "./call-options.ts";
import { LoadError } from "./load-error.ts";
import { protocolOf, refuseMeaningless } from "./options-by-target.ts";
import { targetOf } from "./target-flags.ts";

/**
 * Calls of any target: by flags, or of a scenario by name or file, which may be asked of another target than its
 * own. Undefined for a scenario of the mesh, and when nothing was named. Throws a LoadError for what does not go
 * together, and for options that were `typed` and mean nothing there.
 */
export async function callsAskedFor(
  nameOrPath: string | undefined,
  options: CallOptions,
  typed: ReadonlySet<string>,
): Promise<CallScenario | undefined> {
  const protocol = protocolOf(options.target);
  if (nameOrPath === undefined) {
    refuseMeaningless(typed, { asked: options.target ? "flags" : "mesh", protocol });
    await explainMissingCall(options);
    return callScenarioOf(options);
  }
  checkKnown(nameOrPath);
  const target = options.target && targetOf(options);
  const calls = await readCalls(nameOrPath, { ...options, target });
  if (!calls && target) {
    throw new LoadError(
      `${nameOrPath} is no scenario of calls, and the mesh knows where its services are: leave --target out.`,
    );
  }
  refuseMeaningless(typed, { asked: calls ? "file" : "mesh", protocol });
  return calls;
}

function checkKnown(nameOrPath: string): void {
  const known = [...SCENARIOS.keys(), ...PUBLISHED.keys()];
  if (known.includes(nameOrPath) || extname(nameOrPath) !== "") return;
  throw new LoadError(
    `There is no scenario "${nameOrPath}": there are ${known.join(", ")}; or give the path of a .json or .ts file.`,
  );
}
