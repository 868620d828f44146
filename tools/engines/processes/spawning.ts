/** The one place that starts processes: engines, which stay, and tools, which end. */
import { execFile, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { promisify } from "node:util";
import type { Environment } from "../../../services/platform/config/variable.ts";
import { markAtStart, type ProcessMark } from "./processes.ts";

export type Lifetime = "itself" | "parent";

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  /** The whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** Must be inside the folder of the engines. */
  readonly folder: string;
  readonly logFile: string;
  /** `itself`: runs on after this process. `parent`: the kernel kills it with this process. */
  readonly lifetime: Lifetime;
}

const TOOL_WITHIN_MS = 600_000;
const MAX_TOOL_OUTPUT_BYTES = 16 * 1024 * 1024;

export interface ToolOptions {
  /** Added to this process's own environment. */
  readonly env?: Environment;
  readonly withinMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/** Runs a tool to its end, and gives its output. Throws with all it said when it fails. */
export async function runTool(
  file: string,
  args: readonly string[],
  options: ToolOptions = {},
): Promise<string> {
  try {
    const { stdout, stderr } = await promisify(execFile)(file, [...args], {
      env: { ...process.env, ...options.env },
      signal: options.signal,
      maxBuffer: MAX_TOOL_OUTPUT_BYTES,
      timeout: options.withinMs ?? TOOL_WITHIN_MS,
    });
    return stdout + stderr;
  } catch (error) {
    options.signal?.throwIfAborted();
    throw new Error(`${file} ${args.join(" ")} failed: ${(error as Error).message}`);
  }
}

/** Starts a process in its own group, its output at the end of the log file. */
export async function startProcess(command: Command): Promise<ProcessMark> {
  const log = openSync(command.logFile, "a");
  // setpriv (util-linux) becomes the command, so the id stays the same.
  const bound = command.lifetime === "parent" ? ["setpriv", "--pdeathsig", "KILL"] : [];
  const [file = "", ...args] = [...bound, command.file, ...command.args];
  try {
    const child = spawn(file, args, {
      cwd: command.folder,
      env: command.env,
      detached: true,
      stdio: ["ignore", log, log],
    });
    // At once: a process that dies early can be looked up until this turn of the loop ends.
    const mark = child.pid === undefined ? undefined : markAtStart(child.pid, command.folder);
    await new Promise<void>((resolve, reject) => {
      child.once("spawn", resolve);
      child.once("error", (error) => reject(new Error(`Cannot start ${file}: ${error.message}`)));
    });
    child.unref();
    return mark as ProcessMark;
  } finally {
    closeSync(log);
  }
}
