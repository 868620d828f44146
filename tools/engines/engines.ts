/** The engines of a data folder: start them, find them, stop them. Tests use these too. */

import { factsOf, kindsThatAreDown, startEngine, stopEngine } from "./engine.ts";
import { ENGINE_KINDS } from "./kinds.ts";
import { type EngineSettings, readSettings } from "./settings.ts";
import { Ledger } from "./state/ledger.ts";
import { withLock } from "./state/lock.ts";
import { type EnginesState, enginesFolder, readState } from "./state/state.ts";
import type { StartTools } from "./ways/context.ts";
import { hasDocker } from "./ways/docker.ts";

/** Two engines that answer. */
export type Engines = Required<EnginesState>;

/**
 * The engines that `up` left running, if both answer now: those of the data folder, else those of the
 * checkout, which serve meshes on other folders as well. Starts nothing.
 */
export async function readEngines(dataDir: string): Promise<Engines | undefined> {
  return (await readRunning(dataDir)) ?? (await readRunning(readSettings({}).dataDir));
}

async function readRunning(dataDir: string): Promise<Engines | undefined> {
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
    for (const kind of signal.aborted ? [] : ENGINE_KINDS) {
      const way = ledger.state.way[kind.key];
      if (way) await kind.configure(way, settings, context.tools);
    }
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
