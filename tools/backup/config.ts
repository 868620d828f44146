import { resolve } from "node:path";
import { InvalidArgumentError } from "commander";
import { noSuchDay } from "../../services/model/texts/calendar-day.ts";
import { readConfig } from "../../services/platform/config/config.ts";
import { engineVariables } from "../../services/platform/config/mesh.ts";
import { durationMs } from "../../services/platform/config/variables.ts";
import { CQL_VARIABLES } from "../../services/platform/storage/cql/config.ts";

/** Which mesh is backed up or restored: its own variables say so, or `npm run engines` where its engines are. */
export async function readMeshConfig(env: NodeJS.ProcessEnv) {
  return readConfig({ ...engineVariables, ...CQL_VARIABLES }, await withEngines(env));
}

/** A backup asks the database alone. Its image knows no engines but those that are named. */
async function withEngines(env: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
  if (env.TIDINGS_ENGINE !== "cql" || env.TIDINGS_CQL_CONTACT_POINTS) return env;
  const tools = await import("../start/engine-environment.ts").catch(() => undefined);
  if (!tools) throw new Error("set TIDINGS_CQL_CONTACT_POINTS to where the database is");
  return tools.engineEnvironment(env, resolve(env.TIDINGS_DATA_DIR || ".data"));
}

export type MeshConfig = Awaited<ReturnType<typeof readMeshConfig>>;

/** For commander: "1m", "30d". */
export function duration(minMs: number): (text: string) => number {
  const variable = durationMs("", { default: minMs, min: minMs, help: "" });
  return (text) => {
    const parsed = variable.parse(text);
    if ("value" in parsed) return parsed.value;
    throw new InvalidArgumentError(variable.allowed);
  };
}

/** Date.parse takes much that nobody means, as a number for a year. */
const TIME = /^(\d{4}-\d\d-\d\d)([T ]\d\d:\d\d(:\d\d([.]\d+)?)?)?(Z|[+-]\d\d:?\d\d)?$/i;

/** For commander: a moment, in UTC unless it says otherwise; or the name of a backup. */
export function moment(text: string): number {
  const named = text.replace(/T(\d\d)-(\d\d)-/, "T$1:$2:");
  const [, day, time = "T00:00", , , zone = "Z"] = TIME.exec(named) ?? [];
  const ms = Date.parse(`${day}${time.replace(" ", "T")}${zone}`);
  if (day !== undefined && Number.isFinite(ms) && noSuchDay(day) === undefined) return ms;
  throw new InvalidArgumentError("a time such as 2026-11-29T02:16:00Z, or the name of a backup");
}
