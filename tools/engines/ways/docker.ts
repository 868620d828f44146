/** The engines as containers. NOT run where this was written: no Docker daemon was there. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Environment } from "../../../services/platform/config/variable.ts";
import { runTool } from "../processes/spawning.ts";
import type { EngineSettings } from "../settings.ts";

const COMPOSE_FILE = join(import.meta.dirname, "../../../deploy/engines.compose.yaml");
const ANSWER_WITHIN_MS = 10_000;
const READY_WITHIN_S = 180;

/** A daemon that answers, and a Compose that knows `--wait`. */
export async function hasDocker(): Promise<boolean> {
  const asked = [["info"], ["compose", "version"]].map((args) =>
    runTool("docker", args, { withinMs: ANSWER_WITHIN_MS }),
  );
  return (await Promise.allSettled(asked)).every(({ status }) => status === "fulfilled");
}

export async function composeUp(
  service: string,
  settings: EngineSettings,
  signal?: AbortSignal,
): Promise<void> {
  const up = ["up", "-d", "--wait", "--wait-timeout", String(READY_WITHIN_S)];
  await compose(up, service, settings, signal);
}

/** Removes the container. Its data stays in the project's volume. */
export async function composeDown(service: string, settings: EngineSettings): Promise<void> {
  await compose(["rm", "--stop", "--force"], service, settings);
}

async function compose(
  action: readonly string[],
  service: string,
  settings: EngineSettings,
  signal?: AbortSignal,
): Promise<void> {
  const project = ["-p", composeProject(settings.dataDir, service), "-f", COMPOSE_FILE];
  const env = composeEnvironment(settings);
  await runTool("docker", ["compose", ...project, ...action, service], { env, signal });
}

/**
 * One project per data folder, so that two checkouts share no container, and per service, so
 * that two of them can start at once.
 */
export function composeProject(dataDir: string, service: string): string {
  const folder = createHash("sha256").update(dataDir).digest("hex").slice(0, 8);
  return `tidings-${service}-${folder}`;
}

/** The variables that the Compose file reads. */
export function composeEnvironment(settings: EngineSettings): Environment {
  return {
    TIDINGS_ENGINES_AMQP_PORT: String(settings.amqpPort),
    TIDINGS_ENGINES_CQL_PORT: String(settings.cqlPort),
  };
}
