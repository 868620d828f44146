/** What `up` started, on disk: written after each process, so that nothing is ever forgotten. */
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ProcessMark } from "../processes/processes.ts";
import type { ProgramName } from "../processes/programs.ts";

export type Way = "address" | "docker" | "local";

/** The file's shape. The addresses are there once both engines were ready. */
export interface EnginesState {
  readonly amqpUrl?: string;
  /** As `host:port`. */
  readonly cqlContactPoints?: readonly string[];
  readonly cqlLocalDataCenter?: string;
  readonly way: { readonly amqp?: Way; readonly cql?: Way };
  readonly pids: Readonly<Partial<Record<ProgramName, ProcessMark>>>;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

export function enginesFolder(dataDir: string): string {
  return join(dataDir, "engines");
}

export function stateFile(dataDir: string): string {
  return join(enginesFolder(dataDir), "state.json");
}

export async function readState(dataDir: string): Promise<EnginesState | undefined> {
  const file = stateFile(dataDir);
  try {
    return parseState(await readFile(file, "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new Error(
      `${file} cannot be read: ${(error as Error).message}. It records which processes are ours: ` +
        `end those whose /proc/<pid>/cwd is below ${enginesFolder(dataDir)}, then delete it.`,
    );
  }
}

/** Written beside and renamed: a reader sees the old text or the new one. */
export async function writeState(dataDir: string, state: EnginesState): Promise<void> {
  const file = stateFile(dataDir);
  await mkdir(dirname(file), { recursive: true });
  const partial = `${file}.${process.pid}`;
  // An address may hold a password.
  await writeFile(partial, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  await rename(partial, file);
}

export async function removeState(dataDir: string): Promise<void> {
  await rm(stateFile(dataDir), { force: true });
}

/** Throws on anything that is not such a state: it decides which processes are ended. */
export function parseState(text: string): EnginesState {
  const state: unknown = JSON.parse(text);
  if (!isRecord(state) || !isRecord(state.way) || !isRecord(state.pids)) {
    throw new Error("it is not a state of engines");
  }
  const broken = Object.entries(state.pids).find(([, mark]) => !isMark(mark));
  if (broken !== undefined) throw new Error(`the process of ${broken[0]} is not a process`);
  return state as unknown as EnginesState;
}

function isMark(value: unknown): value is ProcessMark {
  return (
    isRecord(value) &&
    Number.isInteger(value.pid) &&
    Number.isInteger(value.startTicks) &&
    typeof value.folder === "string"
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
