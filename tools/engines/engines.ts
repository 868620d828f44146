/** The engines of a data folder: start them, find them, stop them. Tests use these too. */

import { hasDocker } from "./docker.ts";
import { ENGINE_KINDS, type EngineKind, type StartTools } from "./kinds.ts";
import { Ledger } from "./ledger.ts";
import { withLock } from "./lock.ts";
import type { EngineSettings } from "./settings.ts";
import { type EnginesState, enginesFolder, readState, type Way } from "./state.ts";
import { WAYS, type WayContext, waysToTry } from "./ways.ts";

/** Two engines that answer. */
export type Engines = Required<EnginesState>;

/** The engines that `up` left running, if both answer now. Starts nothing. */
export async function readEngines(dataDir: string): Promise<Engines | undefined> {
  const state = await readState(dataDir);
  if (state === undefined) return undefined;
  const answers = await Promise.all(ENGINE_KINDS.map((kind) => factsOf(kind, state)));
  if (answers.includes(undefined)) return undefined;
  return Object.assign({}, state, ...answers);
}

/**
 * Starts the engines that do not answer yet, and leaves the others alone. When one fails, or the
 * signal aborts, whatever this call began is ended before the error is thrown.
 */
export async function startEngines(settings: EngineSettings, tools: StartTools): Promise<Engines> {
  const work = async () => {
    const ledger = await Ledger.open(settings.dataDir);
    const docker = await hasDocker();
    const failed = new AbortController();
    const signal = AbortSignal.any([failed.signal, ...(tools.signal ? [tools.signal] : [])]);
    const context = { settings, ledger, tools: { ...tools, signal } };
    const down = await kindsThatAreDown(context);
    const starts = down.map(async (kind) => {
      await startEngine(kind, context, docker).catch((error) => failed.abort(error));
    });
    await Promise.all(starts);
    if (signal.aborted) {
      await Promise.all(down.map((kind) => stopEngine(kind, context)));
      throw signal.reason;
    }
    return ledger.state as Engines;
  };
  return withLock(enginesFolder(settings.dataDir), work, tools.signal);
}

/** Stops what `startEngines` started, by its record. Gives false when there was nothing. */
export async function stopEngines(settings: EngineSettings, tools: StartTools): Promise<boolean> {
  const work = async () => {
    if ((await readState(settings.dataDir)) === undefined) return false;
    const context = { settings, ledger: await Ledger.open(settings.dataDir), tools };
    await Promise.all(ENGINE_KINDS.map((kind) => stopEngine(kind, context)));
    return true;
  };
  return withLock(enginesFolder(settings.dataDir), work, tools.signal);
}

async function kindsThatAreDown({ settings, ledger, tools }: WayContext): Promise<EngineKind[]> {
  const down: EngineKind[] = [];
  for (const kind of ENGINE_KINDS) {
    const wanted = kind.given(settings) ?? kind.own(settings);
    if (await isUp(kind, ledger.state, wanted)) {
      tools.say(`${kind.title} is already up (${ledger.state.way[kind.key]})`);
    } else {
      down.push(kind);
    }
  }
  return down;
}

/** Tries one way after the other. Throws when none is left, with what was wrong with each. */
async function startEngine(kind: EngineKind, context: WayContext, docker: boolean): Promise<void> {
  const { settings, tools } = context;
  await stopEngine(kind, context); // what is left of one that died, or moved
  const hasAddress = kind.given(settings) !== undefined;
  const failures: string[] = [];
  for (const way of waysToTry({ hasAddress, hasDocker: docker })) {
    if (failures.length > 0) tools.say(`${kind.title} is not up ${failures.at(-1)}`);
    try {
      return await startBy(way, kind, context);
    } catch (error) {
      await stopEngine(kind, context);
      tools.signal?.throwIfAborted();
      failures.push(`by ${way}: ${(error as Error).message}`);
    }
  }
  throw new Error(`${kind.title} is not up ${failures.join("\n")}`);
}

async function startBy(way: Way, kind: EngineKind, context: WayContext): Promise<void> {
  const { ledger, tools } = context;
  const began = performance.now();
  await ledger.update((state) => ({ ...state, way: { ...state.way, [kind.key]: way } }));
  const addresses = await WAYS[way].start(kind, context);
  const facts = await kind.check(addresses);
  await ledger.update((state) => ({ ...state, ...facts }));
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  tools.say(`${kind.title} is up (${way}) after ${seconds} s`);
}

async function stopEngine(kind: EngineKind, context: WayContext): Promise<void> {
  const { ledger } = context;
  const way = ledger.state.way[kind.key];
  if (way === undefined) return;
  await WAYS[way].stop(kind, context);
  await ledger.update((state) => kind.forget(state));
}

async function isUp(kind: EngineKind, state: EnginesState, wanted: readonly string[]) {
  const recorded = kind.recorded(state);
  if (recorded === undefined || recorded.join() !== wanted.join()) return false;
  return (await factsOf(kind, state)) !== undefined;
}

async function factsOf(kind: EngineKind, state: EnginesState) {
  const addresses = kind.recorded(state);
  return addresses && kind.check(addresses).catch(() => undefined);
}
