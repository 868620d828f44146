import { ConfigError, readConfig } from "../../../services/platform/config/config.ts";
import { SERVICE_SPECS } from "../../configuration/service-specs.ts";
import { type Look, ok, wrong } from "../finding.ts";

/** Every variable of every service, as the services will read them. */
export const configuration: Look = {
  what: "configuration",
  examine: async ({ env }) => {
    const problems = new Set(Object.values(SERVICE_SPECS).flatMap((spec) => problemsOf(spec, env)));
    const known = new Set(
      Object.values(SERVICE_SPECS).flatMap((spec) => Object.values(spec).map(({ name }) => name)),
    );
    const set = Object.keys(env).filter((name) => known.has(name) && env[name]);
    if (problems.size === 0)
      return [ok("configuration", `${set.length} TIDINGS_* variables are set`)];
    return [...problems].map((problem) =>
      wrong("configuration", problem, "docs/configuration.md lists what is allowed"),
    );
  },
};

function problemsOf(
  spec: (typeof SERVICE_SPECS)[string],
  env: NodeJS.ProcessEnv,
): readonly string[] {
  try {
    readConfig(spec, env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}
