import { resolve } from "node:path";
import { present } from "../../../services/model/invariant.ts";
import type { Delivery } from "../../demand/delivery.ts";
import { fillOf } from "../../prefill/fill.ts";
import { type PrefillManifest, readManifest } from "../../prefill/manifest.ts";
import type { Fill } from "../../results/run-result.ts";
import { populationOf } from "../../scenarios/check-scenario.ts";
import { neededNeighbours } from "../../scenarios/needed-neighbours.ts";
import { ownerCount } from "../../scenarios/owner-count.ts";
import type { Scenario } from "../../scenarios/scenario.ts";
import { connectTarget } from "../../target/connect-target.ts";
import { reportedDelivery, untilPulled } from "../../target/launch/reported-delivery.ts";
import { loadCredentials } from "../../target/load-credentials.ts";
import { type StartOptions, startTarget } from "../../target/start-target.ts";
import type { OpenTarget } from "../../target/target.ts";
import { TargetError } from "../../target/target-error.ts";
import { fillCaches } from "./fill-caches.ts";

/** For each index to read the post log, back to where it ends. */
const INDEXED_MS = 120_000;

/** Where a scenario is played: the mesh, and what was filled into it beforehand. */
export interface OpenWorld extends AsyncDisposable {
  readonly target: OpenTarget;
  /** How full it is now; undefined when it began empty. */
  readonly fill: (() => Promise<Fill>) | undefined;
  /** As the mesh reports it, whatever it was asked for; undefined when it can't tell. */
  readonly delivery: Delivery | undefined;
}

export interface WorldOptions {
  /** A folder of `load prefill`; empty stores by default. */
  readonly world?: string | undefined;
  readonly engine: StartOptions["engine"];
  readonly timelines: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly root?: string | undefined;
  /** Everyone's first page is read before anything else. */
  readonly warm?: boolean | undefined;
  /** Not a mesh of its own: the one that runs already. */
  readonly running?: boolean | undefined;
}

/** Starts a mesh for a scenario, on a copy of what was prefilled; or finds the one that runs. */
export async function openWorld(scenario: Scenario, options: WorldOptions): Promise<OpenWorld> {
  const { world: folder, engine, timelines, env = {}, root, running, warm = false } = options;
  if (running) {
    checkRunning(scenario);
    const target = await connectTarget({ world: scenario.world });
    if (warm) await fillCachesOrEnd(target, scenario);
    return await worldOf(target);
  }
  if (engine !== "cql" && scenario.copies !== undefined && scenario.copies > 1) {
    throw new TargetError(
      `The scenario wants ${scenario.copies} processes of each service, which on the embedded engines keep ` +
        "what they have to themselves: give --engine cql.",
    );
  }
  const dataDir = folder === undefined ? undefined : resolve(folder);
  const manifest = dataDir === undefined ? undefined : await manifestIn(dataDir);
  if (manifest) checkFits(scenario, manifest, options);
  const variables = { ...manifest?.env, ...env };
  const target = await started({
    world: scenario.world,
    slice: scenario.slice,
    neighbours: neededNeighbours(scenario),
    engine,
    timelines,
    copies: scenario.copies ?? 1,
    slowDisk: scenario.faults.some(({ kind }) => kind === "slow disk"),
    env: variables,
    ...(root !== undefined && { root }),
    ...(manifest && engine === "embedded" && { dataDir: present(dataDir) }),
  });
  if (variables.TIDINGS_DELIVERY === "pull") await orEnd(target, () => pulledBy(target));
  if (warm) await fillCachesOrEnd(target, scenario);
  if (!manifest) return await worldOf(target);
  const filled = engine === "embedded" ? target.dataDir : present(dataDir);
  return await worldOf(target, fillWhileRunning(target, filled, warm ? "warm" : "cold"));
}

async function fillCachesOrEnd(target: OpenTarget, scenario: Scenario): Promise<void> {
  await orEnd(target, () => fillCaches(target, populationOf(scenario)));
}

/** Before the first page, which would else be kept for its viewer, or read from the posts. */
async function pulledBy(target: OpenTarget): Promise<void> {
  const { addresses, tokenEnv } = target;
  await untilPulled(addresses.friend, await loadCredentials(tokenEnv));
  await target.drained(INDEXED_MS).catch(({ message }: Error) => {
    throw new TargetError(`Not every index has all of the post log. ${message}`);
  });
}

/** Nobody else ends the target yet. */
async function orEnd<T>(target: OpenTarget, work: () => Promise<T>): Promise<T> {
  await using ending = new AsyncDisposableStack();
  ending.use(target);
  const done = await work();
  ending.move();
  return done;
}

/** An earlier version, as one to compare with, may not be able to tell. */
async function deliveryOf({ addresses, tokenEnv }: OpenTarget): Promise<Delivery | undefined> {
  const credentials = await loadCredentials(tokenEnv);
  return await reportedDelivery(addresses.friend, credentials).catch(() => undefined);
}

/** A service that ends while it starts says why: to the person, and not as an error of ours. */
async function started(options: StartOptions): Promise<OpenTarget> {
  try {
    return await startTarget(options);
  } catch (error) {
    if ((error as Error).name !== "Error") throw error;
    throw new TargetError(`The mesh did not start: ${(error as Error).message}`, { cause: error });
  }
}

async function worldOf(target: OpenTarget, fill?: OpenWorld["fill"]): Promise<OpenWorld> {
  const delivery = await orEnd(target, () => deliveryOf(target));
  return { target, fill, delivery, [Symbol.asyncDispose]: () => target[Symbol.asyncDispose]() };
}

/** On cql what the folder was filled with is in its manifest, and the data in the keyspace. */
function fillWhileRunning(
  target: OpenTarget,
  dataDir: string,
  cachesAtFirst: Fill["caches"],
): () => Promise<Fill> {
  let caches = cachesAtFirst;
  return async () => {
    const now = await fillOf({ dataDir, pages: await target.metrics(), caches });
    caches = "warm"; // whoever asks again has run on it meanwhile
    return now;
  };
}

/** Throws TargetError for what only a mesh can do that was started for it. */
function checkRunning({ slice, faults, copies = 1 }: Scenario): void {
  const asked = [
    ...(slice.kind === "owner"
      ? ["is an owner slice, and in a running mesh there are all owners"]
      : []),
    ...(copies > 1
      ? ["wants several processes of a service, and a running mesh has what it has"]
      : []),
    ...(faults.length > 0 ? ["has faults, and a running mesh is not ours to end or slow"] : []),
  ];
  if (asked.length === 0) return;
  throw new TargetError(`The scenario ${asked.join("; it ")}: leave --running out.`);
}

async function manifestIn(dataDir: string): Promise<PrefillManifest> {
  const manifest = await readManifest(dataDir);
  if (!manifest) {
    throw new TargetError(
      `${dataDir} was not made by \`npm run load -- prefill --out ${dataDir}\`.`,
    );
  }
  if (manifest.unusable !== undefined) {
    throw new TargetError(
      `${dataDir} can't be used: ${manifest.unusable}. Fill it again with --force.`,
    );
  }
  return manifest;
}

/** Throws TargetError when a scenario's people are not those of the folder, or live elsewhere in it. */
function checkFits(
  { world, slice }: Scenario,
  manifest: PrefillManifest,
  { world: folder, engine, timelines }: WorldOptions,
): void {
  const asked = {
    owners: ownerCount(slice, timelines),
    timelines: slice.kind === "owner" ? 1 : timelines,
  };
  const wanted = {
    people: world.people,
    seed: world.seed,
    mean: world.meanFriends ?? "as published",
    engine,
    ...asked,
  };
  const there = {
    people: manifest.world.people,
    seed: manifest.world.seed,
    mean: manifest.world.meanFriends ?? "as published",
    engine: manifest.engine,
    // In a keyspace rows are everyone's, and in a world that is pulled from nobody's: owners may be any.
    ...(manifest.engine === "cql" || manifest.delivery === "pull" ? asked : manifest.slice),
  };
  const names = Object.keys(wanted) as (keyof typeof wanted)[];
  const differing = names.filter((name) => wanted[name] !== there[name]);
  if (differing.length === 0) return;
  const list = differing.map((name) => `${name} ${there[name]} and not ${wanted[name]}`);
  const flags = differing.map((name) => `--${name}`);
  throw new TargetError(
    `${folder} was filled with ${list.join(", ")}. Give the run the same (${flags.join(", ")}), or fill ` +
      "another folder with `npm run load -- prefill`.",
  );
}
