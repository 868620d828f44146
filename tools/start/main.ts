/** `npm start`: the whole mesh on this machine, until Ctrl-C. */
import { resolve } from "node:path";
import { systemClock } from "../../services/platform/clock/system-clock.ts";
import { readConfig } from "../../services/platform/config/config.ts";
import { everyProcess } from "../../services/platform/config/every-process.ts";
import { NEIGHBOURS, type NeighbourName } from "../../services/platform/config/ports.ts";
import type { Environment } from "../../services/platform/config/variable.ts";
import { EPHEMERAL_PORTS } from "../../services/platform/lifecycle/port-in-use.ts";
import { createLogger } from "../../services/platform/telemetry/logger.ts";
import { Command } from "../command-line/command.ts";
import { wholeBetween } from "../command-line/whole-between.ts";
import { generate } from "../generate/generate.ts";
import { type Launch, launchMesh, type Mesh } from "../mesh/mesh.ts";
import { MAX_TIMELINES } from "../mesh/services.ts";
import { settle } from "../mesh/settle.ts";
import { writeMonitoring } from "../monitoring/write-monitoring.ts";
import { developmentToken } from "../token/development-token.ts";
import { engineEnvironment } from "./engine-environment.ts";
import { ErrorsSaid } from "./errors-said.ts";
import { readNeighbours } from "./neighbours.ts";
import { parentGone } from "./parent-watch.ts";
import { Supervisor } from "./supervisor.ts";
import { otherHost, restUrl, tryIt, whereabouts, whoseTokens } from "./welcome.ts";
import { makeWorld, type World } from "./world.ts";

const options = new Command("npm start --")
  .description("Starts every service of Tidings on 127.0.0.1 and prints where it is.")
  .option("--verbose", "print every log line, not only what is ready", false)
  .option("--timelines <n>", "timeline processes", wholeBetween(1, MAX_TIMELINES), 1)
  .option(
    "--with <names>",
    `services beside the mesh: ${NEIGHBOURS.join(", ")} or all`,
    readNeighbours,
    [],
  )
  .option("--no-world", "leave an empty store empty")
  .option("--no-console", "without the page for operators")
  .parse()
  .opts<{
    verbose: boolean;
    timelines: number;
    with: readonly NeighbourName[];
    world: boolean;
    console: boolean;
  }>();

/** Entries of the small world take some ms to come; a slow machine need not wait for all. */
const SETTLE_BOUND_MS = 5_000;
const root = resolve(import.meta.dirname, "../..");
const dataDir = resolve(root, process.env.TIDINGS_DATA_DIR ?? ".data");
const interrupted = Promise.withResolvers<"interrupted">();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => interrupted.resolve("interrupted"));
}
const { TIDINGS_STARTER_PID: starter, ...environment } = process.env;
void parentGone(starter === undefined ? undefined : Number(starter)).then(() =>
  interrupted.resolve("interrupted"),
);
// A reader that went away ("| head") ends nothing.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
const supervisor = new Supervisor({ clock: systemClock, say: (line) => console.error(line) });

const errors = new ErrorsSaid();
const show = options.verbose
  ? (_: unknown, line: string) => console.log(line)
  : ({ label }: { readonly label: string }, line: string) => {
      const error = errors.ofLine(label, line);
      if (error !== undefined) console.error(error);
    };

try {
  process.exitCode = await run();
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}

async function run(): Promise<number> {
  const startedMs = performance.now();
  await generate(root);
  const env = await engineEnvironment(environment, dataDir);
  const { portBase } = readConfig({ portBase: everyProcess.portBase }, env);
  const launch = launchMesh({
    env,
    root,
    dataDir,
    portBase: portBase === 0 ? undefined : portBase,
    timelines: options.timelines,
    neighbours: options.with,
    console: options.console,
    onLine: show,
    onDeath: (died, how) =>
      supervisor.died({ label: died.plan.label, how, lastWords: died.lastWords() }),
    onHeld: ({ port, label }) =>
      console.error(
        `${label} waits for port ${port}: a connection of this machine holds it, for ${EPHEMERAL_PORTS}.`,
      ),
    onLogLost: (error) => console.error(`The log file takes nothing more: ${error.message}`),
    onReady: ({ label, port, metricsPort }, elapsedMs) =>
      console.log(
        `${label.padEnd(12)} ready on ${port ?? `${metricsPort} (metrics)`} after ${seconds(elapsedMs)}`,
      ),
  });
  try {
    const mesh = await Promise.race([launch.ready, interrupted.promise]);
    if (mesh === "interrupted") return 0;
    writeMonitoring({ plans: mesh.plans, env, dataDir, root });
    const over = supervisor.watch((label) => mesh.restart(label));
    const world = options.world
      ? await Promise.race([readableWorld(mesh), interrupted.promise])
      : undefined;
    if (world === "interrupted") return 0;
    if (world) {
      console.log(
        `\nA small world: ${world.people} people, ${world.friendships} friendships, ${world.posts} posts.`,
      );
    }
    console.log(`\n${whereabouts(mesh, dataDir, restUrl(mesh, env))}`);
    const elsewhere = otherHost(mesh.host, env);
    if (elsewhere !== undefined) console.error(`\n${elsewhere}`);
    console.log(`\n${whoseTokens(env) ?? (await tryWithTokens(mesh, env))}`);
    console.log(`\nReady after ${seconds(performance.now() - startedMs)}. Ctrl-C ends everything.`);
    const end = await Promise.race([over, interrupted.promise]);
    if (end === "interrupted") return 0;
    console.error(`\n${end}\nAll its lines are in ${mesh.logFile}`);
    return 1;
  } catch (error) {
    await launch.stop();
    throw error;
  } finally {
    await stopped(launch);
  }
}

/** Commands to copy, with tokens of the development key. */
async function tryWithTokens(mesh: Mesh, env: Environment): Promise<string> {
  const tokenEnv = { ...env, TIDINGS_DATA_DIR: dataDir };
  const [author, friend] = [1n, 2n].map((user) => developmentToken(user, tokenEnv));
  return tryIt(restUrl(mesh, env), { author: await author, friend: await friend });
}

/** Says how long it took, when there was something to stop. */
async function stopped(launch: Launch): Promise<void> {
  const stopMs = performance.now();
  if (launch.isStopped) return;
  await launch.stop();
  console.log(`\nStopped in ${seconds(performance.now() - stopMs)}.`);
}

/** The small world, when it was made now: whoever pastes the first command finds it on the timelines. */
async function readableWorld(mesh: Mesh): Promise<World | undefined> {
  const world = await makeWorld(mesh.ports, mesh, createLogger("start", "warn"));
  if (world) await settle(mesh, SETTLE_BOUND_MS).catch(() => {});
  return world;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
