import { ConfigError, readConfig } from "../../../services/platform/config/config.ts";
import { everyProcess } from "../../../services/platform/config/every-process.ts";
import { SERVICE_SPECS } from "../../configuration/service-specs.ts";
import { ENGINE_SETTINGS } from "../../engines/settings.ts";
import { type Finding, type Look, ok, warning, wrong } from "../finding.ts";
import { nearest } from "./nearest.ts";

/** Read by single tools, by no service. */
const OF_TOOLS = ["TIDINGS_ENGINES", "TIDINGS_CHAOS_STEP_MS", "TIDINGS_STARTER_PID"];
const REMEDY = "docs/configuration.md lists what is allowed";

/** Every variable of every service, as the services will read them; and those that nobody reads. */
export const configuration: Look = {
  what: "configuration",
  examine: async ({ env }) => {
    const specs = [...Object.values(SERVICE_SPECS), ENGINE_SETTINGS, everyProcess];
    const names = specs.flatMap((spec) => Object.values(spec).map(({ name }) => name));
    const known = new Set([...names, ...OF_TOOLS]);
    const set = Object.keys(env).filter((name) => name.startsWith("TIDINGS_") && env[name]);
    const problems = new Set(Object.values(SERVICE_SPECS).flatMap((spec) => problemsOf(spec, env)));
    const wrongs = [...problems].map((problem) => wrong("configuration", problem, REMEDY));
    const unread = set.filter((name) => !known.has(name)).map((name) => unreadName(name, known));
    return [...wrongs, ...unread, ...(wrongs.length > 0 ? [] : [wellSet(set, known)])];
  },
};

function wellSet(set: readonly string[], known: ReadonlySet<string>): Finding {
  const read = set.filter((name) => known.has(name)).sort();
  const says = read.length === 0 ? "no TIDINGS_* variable, all as by default" : read.join(", ");
  return ok("configuration", `set: ${says}`);
}

function unreadName(name: string, known: ReadonlySet<string>): Finding {
  const near = nearest(name, known);
  const remedy = near ? `is ${near} meant?` : REMEDY;
  return warning("configuration", `${name} is set, and nobody reads it`, remedy);
}

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
