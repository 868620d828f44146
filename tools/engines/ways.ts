/** The ways to have an engine, and the order in which they are tried. */
import { composeDown, composeUp } from "./docker.ts";
import type { EngineKind, StartTools } from "./kinds.ts";
import type { Ledger } from "./ledger.ts";
import { PORTS_PER_ENGINE, takenPort } from "./ports.ts";
import { endProcess, isAlive } from "./processes.ts";
import { awaitReady, launch, type Program } from "./programs.ts";
import type { EngineSettings } from "./settings.ts";
import type { Way } from "./state.ts";

export interface WayContext {
  readonly settings: EngineSettings;
  readonly ledger: Ledger;
  readonly tools: StartTools;
}

interface WayActions {
  /** Gives the addresses of an engine that has been started and should answer now. */
  readonly start: (kind: EngineKind, context: WayContext) => Promise<readonly string[]>;
  /** Ends what `start` began, however far it came. */
  readonly stop: (kind: EngineKind, context: WayContext) => Promise<void>;
}

export const WAYS: Record<Way, WayActions> = {
  address: {
    start: askGiven,
    stop: async () => {},
  },
  docker: {
    start: async (kind, { settings, tools }) => {
      await composeUp(kind.dockerService, settings, tools.signal);
      return kind.own(settings);
    },
    stop: (kind, { settings }) => composeDown(kind.dockerService, settings),
  },
  local: { start: startLocally, stop: stopLocally },
};

/** An address that was given is the answer, also when it is wrong: nothing else is tried. */
export function waysToTry(facts: { hasAddress: boolean; hasDocker: boolean }): readonly Way[] {
  if (facts.hasAddress) return ["address"];
  return facts.hasDocker ? ["docker", "local"] : ["local"];
}

async function askGiven(kind: EngineKind, { settings }: WayContext): Promise<readonly string[]> {
  const addresses = kind.given(settings) ?? [];
  try {
    await kind.recognise(addresses);
    await kind.check(addresses);
    return addresses;
  } catch (error) {
    const reason = (error as Error).message;
    throw new Error(`${kind.addressVariable} is set, but what it names cannot be used: ${reason}`);
  }
}

async function startLocally(kind: EngineKind, context: WayContext): Promise<readonly string[]> {
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

async function stopLocally(kind: EngineKind, { ledger, tools }: WayContext): Promise<void> {
  for (const name of kind.programs.toReversed()) {
    const mark = ledger.state.pids[name];
    if (mark !== undefined) {
      if (isAlive(mark)) tools.say(`Stopping ${name}, process ${mark.pid}`);
      await endProcess(mark);
    }
    await ledger.update((state) => {
      const { [name]: _ended, ...pids } = state.pids;
      return { ...state, pids };
    });
  }
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
