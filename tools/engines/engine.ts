/** One engine: is it up, start it by the first way that works, stop it. */

import { ENGINE_KINDS, type EngineKind } from "./kinds.ts";
import { isAlive } from "./processes/processes.ts";
import { until } from "./processes/wait.ts";
import type { EnginesState, Way } from "./state/state.ts";
import type { WayContext } from "./ways/context.ts";
import { WAYS, waysToTry } from "./ways/ways.ts";

const BUSY_MS = 20_000;

export async function kindsThatAreDown({
  settings,
  ledger,
  tools,
}: WayContext): Promise<EngineKind[]> {
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
export async function startEngine(
  kind: EngineKind,
  context: WayContext,
  docker: boolean,
): Promise<void> {
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

export async function stopEngine(kind: EngineKind, context: WayContext): Promise<void> {
  const { ledger } = context;
  const way = ledger.state.way[kind.key];
  if (way === undefined) return;
  await WAYS[way].stop(kind, context);
  await ledger.update((state) => kind.forget(state));
}

/** One whose process runs may only be busy, with others' work: it is not ended lightly. */
async function isUp(kind: EngineKind, state: EnginesState, wanted: readonly string[]) {
  const recorded = kind.recorded(state);
  if (recorded === undefined || recorded.join() !== wanted.join()) return false;
  const marks = kind.programs.flatMap((name) => state.pids[name] ?? []);
  const isRunning = marks.length > 0 && marks.every(isAlive);
  const answer = until(() => kind.check(recorded), { withinMs: isRunning ? BUSY_MS : 0 });
  return answer.then(
    () => true,
    () => false,
  );
}

export async function factsOf(kind: EngineKind, state: EnginesState) {
  const addresses = kind.recorded(state);
  return addresses && kind.check(addresses).catch(() => undefined);
}
