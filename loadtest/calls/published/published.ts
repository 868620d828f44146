import { readConfig } from "../../../services/platform/config/config.ts";
import { addressesVariable } from "../../../services/platform/config/mesh.ts";
import type { Environment } from "../../../services/platform/config/variable.ts";
import type { CallScenario } from "../spec/call-scenario.ts";
import { feedsim } from "./feedsim.ts";
import { YCSB } from "./ycsb.ts";

/** Workloads that others publish, as scenarios on this mesh, by name; each is of one service at its usual port. */
export const PUBLISHED: ReadonlyMap<string, CallScenario> = new Map([
  ...YCSB,
  [feedsim.name, feedsim],
]);

/** One of them on the mesh that runs here; undefined: there is none of that name. */
export function publishedHere(name: string, env: Environment): CallScenario | undefined {
  const scenario = PUBLISHED.get(name);
  if (!scenario) return undefined;
  const addresses = addressesHere(name === feedsim.name ? "timeline" : "post", env);
  return { ...scenario, target: { ...scenario.target, addresses } };
}

/** Where a service is, by the variables that the mesh itself reads. Throws a RangeError when one is wrong. */
export function addressesHere(service: "post" | "timeline", env: Environment): readonly string[] {
  try {
    return readConfig({ addresses: addressesVariable(service, env) }, env).addresses;
  } catch (error) {
    throw new RangeError((error as Error).message, { cause: error });
  }
}
