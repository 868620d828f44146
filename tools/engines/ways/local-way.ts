/** An engine as plain processes of this machine. */

import type { EngineKind } from "../kinds.ts";
import { PORTS_PER_ENGINE, takenPort } from "../processes/ports.ts";
import { endProcess, isAlive, type ProcessMark } from "../processes/processes.ts";
import { awaitReady, launch, type Program, type ProgramName } from "../processes/programs.ts";
import type { EngineSettings } from "../settings.ts";
import type { EnginesState } from "../state/state.ts";
import type { WayContext } from "./context.ts";

export async function startLocally(
  kind: EngineKind,
  context: WayContext,
): Promise<readonly string[]> {
  assertLinux();
  const { settings, tools } = context;
  const programs = await kind.prepare(settings, tools);
  await assertPortsFree(kind, settings);
  for (const program of programs) await startProgram(program, context);
  return kind.own(settings);
}

async function startProgram(program: Program, { ledger, tools }: WayContext): Promise<void> {
  tools.signal?.throwIfAborted();
  const mark = await launch(program, "itself");
  await ledger.update((state) => ({ ...state, pids: { ...state.pids, [program.name]: mark } }));
  await awaitReady(program, mark, tools.signal);
}

export async function stopLocally(kind: EngineKind, context: WayContext): Promise<void> {
  const { settings, ledger, tools } = context;
  const started = startedPrograms(kind, ledger.state);
  for (const [name, mark] of started.toReversed()) {
    if (isAlive(mark)) tools.say(`Stopping ${name}, process ${mark.pid}`);
    await endProcess(mark);
  }
  // Its ports were free before it was started, so what still listens there came from it.
  if (started.length > 0) await kind.sweep(settings);
  await ledger.update((state) => forgetPrograms(kind, state));
}

function startedPrograms(kind: EngineKind, { pids }: EnginesState): [ProgramName, ProcessMark][] {
  return kind.programs.flatMap((name) => (pids[name] ? [[name, pids[name]]] : []));
}

function forgetPrograms(kind: EngineKind, state: EnginesState): EnginesState {
  const pids = { ...state.pids };
  for (const name of kind.programs) delete pids[name];
  return { ...state, pids };
}

function assertLinux(): void {
  if (process.platform === "linux") return;
  throw new Error("Only Linux runs the engines as plain processes. Start Docker instead.");
}

async function assertPortsFree(kind: EngineKind, settings: EngineSettings): Promise<void> {
  const taken = await takenPort(kind.firstPort(settings));
  if (taken === undefined) return;
  throw new Error(
    `Port ${taken} on 127.0.0.1 is taken by a process that is not ours. ` +
      `Set ${kind.portVariable} to the first of ${PORTS_PER_ENGINE} free ports in a row.`,
  );
}
