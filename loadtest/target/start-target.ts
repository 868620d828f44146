import { resolve } from "node:path";
import { withoutPassword } from "../../tools/engines/status.ts";
import { SINKS } from "../results/target-processes.ts";
import { ownerCount } from "../scenarios/owner-count.ts";
import { MeshFaults } from "./faults/mesh-faults.ts";
import { checkCheckout, commitOf } from "./launch/checkout.ts";
import { type LaunchedMesh, launchLoadMesh } from "./launch/launch-mesh.ts";
import { meshEnvironment } from "./launch/mesh-environment.ts";
import type { StartOptions } from "./launch/start-options.ts";
import { meteredParts } from "./metered.ts";
import { OwnerTable } from "./owners.ts";
import type { OpenTarget, TargetDescription, TargetProcess } from "./target.ts";

export type { StartOptions };

const ROOT = resolve(import.meta.dirname, "../..");

/**
 * Starts a whole mesh for a load, with the synthetic friendships of the world and nothing in its way. It
 * dies with this process. Throws RangeError for what can't be, and TargetError for what is missing.
 */
export async function startTarget(options: StartOptions): Promise<OpenTarget> {
  const { engine, timelines = 1, env = {}, root = ROOT, slowDisk = false } = options;
  const sized = meshEnvironment({ ...options, timelines });
  checkCheckout(root);
  if (engine === "cql" && options.dataDir !== undefined) {
    throw new RangeError(
      "dataDir: on cql data are in a keyspace, which `env` names as TIDINGS_CQL_KEYSPACE",
    );
  }
  await using starting = new AsyncDisposableStack();
  const launched = await launchLoadMesh({ ...options, timelines, root, sized }, starting);
  const { mesh, cql, dataDir, broken } = launched;
  const shardsMove = engine === "cql" && timelines > 1;
  const owners = starting.use(
    await OwnerTable.open(launched.timelines, shardsMove, mesh.credentials),
  );
  const slowDisks = mesh.plans.filter(
    ({ name }) => slowDisk && engine === "embedded" && name === "timeline",
  );
  const faults = starting.use(
    new MeshFaults({
      mesh,
      stores: cql?.stores ?? [],
      slowDisks: slowDisks.map(({ label }) => label),
    }),
  );
  const description = await describe({ ...options, timelines, root }, sized, launched);
  const started = starting.move();
  return {
    description,
    addresses: addressesOf(launched),
    get ownerByShard() {
      return owners.byShard;
    },
    ownerOf: (viewer) => owners.ownerOf(viewer),
    get processes() {
      return processesOf(launched);
    },
    ...meteredParts(mesh),
    faults,
    broken,
    tokenEnv: { ...env, TIDINGS_DATA_DIR: dataDir },
    dataDir,
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

async function describe(
  options: StartOptions & { readonly timelines: number; readonly root: string },
  sized: Readonly<Record<string, string>>,
  { cql }: LaunchedMesh,
): Promise<TargetDescription> {
  const { engine, timelines, slice, root, env = {} } = options;
  const shown = Object.entries(env).map(([name, value]) => [name, withoutPassword(value)]);
  return {
    kind: "own mesh",
    engine,
    timelines,
    owners: ownerCount(slice, timelines),
    node: process.version,
    commit: await commitOf(root),
    env: { ...sized, ...Object.fromEntries(shown) },
    ...(cql && cql.unseen.length > 0 && { unseen: cql.unseen }),
  };
}

function addressesOf({ mesh, timelines }: LaunchedMesh): OpenTarget["addresses"] {
  const { host, ports } = mesh;
  const one = (name: "gateway" | "post" | "friend" | "ranking") => [`${host}:${ports[name]}`];
  return {
    gateway: one("gateway"),
    post: one("post"),
    friend: one("friend"),
    timeline: timelines,
    ranking: one("ranking"),
    ...(ports.neighbours.engagement !== undefined && {
      engagement: [`${host}:${ports.neighbours.engagement}`],
    }),
  };
}

/** Of those that run now. */
function processesOf({ mesh, cql, sinks }: LaunchedMesh): readonly TargetProcess[] {
  const services = [...mesh.processes].filter(([, { isRunning }]) => isRunning);
  return [
    ...services.map(([label, { pid }]) => ({ label, pid })),
    ...(cql?.stores ?? []),
    ...(sinks ? [{ label: SINKS, pid: sinks.pid }] : []),
  ];
}
