/** A program is data: what to write, what to start, and how to tell that it is ready. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { assertAlive, type ProcessMark } from "./processes.ts";
import { type Command, type Lifetime, startProcess } from "./spawning.ts";
import { until } from "./wait.ts";

export type ProgramName = "epmd" | "rabbitmq" | "cassandra";

export interface Program {
  readonly name: ProgramName;
  /** Its own folder, and its working directory. Created when missing, with `folders` in it. */
  readonly folder: string;
  readonly folders: readonly string[];
  readonly files: readonly ProgramFile[];
  readonly command: Pick<Command, "file" | "args" | "env">;
  /** Resolves when the program can be used; rejects with the reason when it cannot yet. */
  readonly isReady: () => Promise<unknown>;
  readonly readyWithinMs: number;
}

interface ProgramFile {
  /** Relative to the program's folder. */
  readonly path: string;
  readonly text: string;
  readonly mode?: number;
  /** A secret that must stay as it was first written. */
  readonly keep?: boolean;
}

const LOG_TAIL_LINES = 25;

export function logFileOf(program: Pick<Program, "folder" | "name">): string {
  return join(program.folder, `${program.name}.log`);
}

/** Writes the program's files and starts its process. It is not ready yet. */
export async function launch(program: Program, lifetime: Lifetime): Promise<ProcessMark> {
  for (const folder of [".", ...program.folders]) {
    await mkdir(join(program.folder, folder), { recursive: true });
  }
  for (const file of program.files) await writeProgramFile(program.folder, file);
  const logFile = logFileOf(program);
  await writeFile(logFile, ""); // one run, one log
  return startProcess({ ...program.command, folder: program.folder, logFile, lifetime });
}

/** Waits until the program answers. Throws with the end of its log when it does not. */
export async function awaitReady(
  program: Program,
  mark: ProcessMark,
  signal?: AbortSignal,
): Promise<void> {
  const began = performance.now();
  const question = async () => {
    assertAlive(mark);
    await program.isReady();
  };
  try {
    await until(question, { withinMs: program.readyWithinMs, signal });
  } catch (error) {
    signal?.throwIfAborted();
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    const reason = `not ready after ${seconds} s: ${(error as Error).message}`;
    throw new Error(`${program.name} is ${reason}\n${await endOfLog(program)}`);
  }
}

async function endOfLog(program: Program): Promise<string> {
  const logFile = logFileOf(program);
  const log = await readFile(logFile, "utf8").catch(() => "");
  const tail = log.trimEnd().split("\n").slice(-LOG_TAIL_LINES).join("\n");
  return `The end of ${logFile}:\n${tail}`;
}

async function writeProgramFile(folder: string, file: ProgramFile): Promise<void> {
  const path = join(folder, file.path);
  await mkdir(dirname(path), { recursive: true });
  try {
    const flag = file.keep ? "wx" : "w";
    await writeFile(path, file.text, { mode: file.mode ?? 0o644, flag });
  } catch (error) {
    if (!(file.keep && isExisting(error))) throw error;
  }
}

function isExisting(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EEXIST";
}
