import { crc32 } from "node:zlib";
import { claimPorts } from "../../../tools/mesh/free-ports.ts";
import { launchMesh, type Mesh } from "../../../tools/mesh/mesh.ts";
import { planMesh } from "../../../tools/mesh/services.ts";
import { type CqlEngine, openCqlEngine } from "../adapters/cql-engine.ts";
import { untilPlaced } from "../owners.ts";
import { sinkNames } from "../sinks/sink-names.ts";
import { type Sinks, startSinks } from "../sinks/start.ts";
import { openDataFolder } from "./data-folder.ts";
import type { StartOptions } from "./start-options.ts";

export interface LaunchOptions extends StartOptions {
  readonly timelines: number;
  readonly root: string;
  /** Sized for the world; `env` goes over it. */
  readonly sized: Readonly<Record<string, string>>;
}

/** A mesh that answers, and what was started for it. */
export interface LaunchedMesh {
  readonly mesh: Mesh;
  readonly dataDir: string;
  readonly timelines: readonly string[];
  readonly cql: CqlEngine | undefined;
  readonly sinks: Sinks | undefined;
  /** Resolves with a sentence when some of it ends and nobody asked it to. */
  readonly broken: Promise<string>;
}

const HOST = "127.0.0.1";
const PLACED_WITHIN_MS = 60_000;
const ERROR_LINE = /"level":[56]0/;
const MAX_ERROR_CHARS = 500;
const SLOW_DISK = new URL("../slow-disk/preload.ts", import.meta.url).href;

/** Starts it all, in the order in which each needs the other; `parts` ends it in the opposite order. */
export async function launchLoadMesh(
  options: LaunchOptions,
  parts: AsyncDisposableStack,
): Promise<LaunchedMesh> {
  const { slice, engine, timelines, root, sized, env = {}, neighbours = [], copies = 1 } = options;
  const { path: dataDir } = parts.use(await openDataFolder(options));
  const cql = engine === "cql" ? parts.use(await openCqlEngine(env)) : undefined;
  const variables = {
    ...withoutTidings(process.env),
    ...sized,
    ...cql?.env,
    TIDINGS_ENGINE: engine,
    ...env,
  };
  const { base: portBase } = parts.use(await claimPorts(HOST, portStart(env)));
  const { ports } = planMesh({ base: portBase, timelines, host: HOST });
  const ours = ports.timeline.map((port) => `${HOST}:${port}`);
  const sinks =
    slice.kind === "owner"
      ? parts.use(await startSinks({ count: slice.owners - 1, engine, beside: ours[0] }, variables))
      : undefined;
  const owners = [...ours, ...(sinks?.addresses ?? [])];
  let lastError = "";
  const launch = launchMesh({
    env: variables,
    root,
    dataDir,
    portBase,
    timelines,
    copies,
    neighbours,
    envOf: (plan) => (plan.name === "timeline" ? timelineEnvironment(options, owners) : {}),
    onLine: ({ label }, line) => {
      if (ERROR_LINE.test(line)) lastError = ` (${label}: ${line.slice(0, MAX_ERROR_CHARS)})`;
    },
  });
  parts.defer(() => launch.stop());
  const mesh = await launch.ready;
  const { credentials } = mesh;
  if (cql)
    await untilPlaced({ addresses: ours, credentials }, membersOf(ours, sinks), PLACED_WITHIN_MS);
  const broken = [mesh.broken.then((what) => what + lastError), ...(sinks ? [sinks.broken] : [])];
  return { mesh, dataDir, timelines: ours, cql, sinks, broken: Promise.race(broken) };
}

/** A keyspace that is used again: its owner should be at the same address, for on cql that decides its share. */
function portStart({ TIDINGS_CQL_KEYSPACE: keyspace }: NodeJS.ProcessEnv): number {
  return keyspace === undefined ? process.pid : crc32(keyspace);
}

/** Addresses by the names of their leases. */
function membersOf(ours: readonly string[], sinks: Sinks | undefined): ReadonlyMap<string, string> {
  const { addresses = [] } = sinks ?? {};
  const names = sinkNames(addresses.length);
  return new Map([
    ...ours.map((address) => [address, address] as const),
    ...addresses.map((address, i) => [names[i], address] as const),
  ]);
}

/**
 * Only the timeline processes are told of the sinks: the worker and the gateway ask one of them who owns
 * what, as they do in production, and a sink could not answer.
 */
function timelineEnvironment(
  { slowDisk, env = {} }: StartOptions,
  owners: readonly string[],
): Readonly<Record<string, string>> {
  const nodeOptions = env.NODE_OPTIONS ?? process.env.NODE_OPTIONS ?? "";
  return {
    TIDINGS_TIMELINE_ADDRESSES: owners.join(","),
    ...(slowDisk && { NODE_OPTIONS: `${nodeOptions} --import=${SLOW_DISK}`.trim() }),
  };
}

/** What is set in this shell is meant for another mesh. */
function withoutTidings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("TIDINGS_")));
}
