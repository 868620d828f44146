/**
 * Which processes are ours, and how they end.
 *
 * A process id alone proves nothing: ids are used again. So what is kept is a mark: the id, when
 * the process was started, and the folder it runs in, which is ours. Nothing is ever signalled
 * unless all three still fit, and nothing is ever found by its name.
 */
import { readFileSync, readlinkSync, realpathSync } from "node:fs";
import { GaveUp, until } from "./wait.ts";

export interface ProcessMark {
  readonly pid: number;
  /** Clock ticks between the machine's boot and the start of the process, as in /proc. */
  readonly startTicks: number;
  /** The working directory, with symbolic links resolved. */
  readonly folder: string;
}

const KILL_WITHIN_MS = 10_000;

const END_WITHIN_MS = 30_000;

/** Of a process just started in `folder`. It may have died since: a zombie still has its start. */
export function markAtStart(pid: number, folder: string): ProcessMark {
  return { pid, startTicks: readStartTicks(pid), folder: realpathSync(folder) };
}

/** Field 22 of proc_pid_stat(5). The second field may hold spaces, but ends at the last `)`. */
export function parseStartTicks(stat: string): number {
  const afterName = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return Number(afterName[19]);
}

function readStartTicks(pid: number): number {
  return parseStartTicks(readFileSync(`/proc/${pid}/stat`, "utf8"));
}

/** Whether the very process that was marked still runs. A zombie has no folder: it does not. */
export function isAlive(mark: ProcessMark): boolean {
  try {
    const folder = readlinkSync(`/proc/${mark.pid}/cwd`);
    return folder === mark.folder && readStartTicks(mark.pid) === mark.startTicks;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // ESRCH: it ended while its entry was read. Anything else says nothing of the process.
    if (code === "ENOENT" || code === "ESRCH") return false;
    throw error;
  }
}

/**
 * Asks the process to end, and kills it when it has not done so in time. Cassandra takes 5 s,
 * RabbitMQ 3 s, and on a busy machine several times that.
 */
export async function endProcess(mark: ProcessMark, graceMs = END_WITHIN_MS): Promise<void> {
  signalProcess(mark, "SIGTERM");
  await hasEnded(mark, graceMs).catch(() => killProcess(mark));
}

/** Ends the process as a power cut would: nothing is flushed. */
export async function killProcess(mark: ProcessMark): Promise<void> {
  signalProcess(mark, "SIGKILL");
  await hasEnded(mark, KILL_WITHIN_MS);
}

function signalProcess(mark: ProcessMark, signal: "SIGTERM" | "SIGKILL"): void {
  if (isAlive(mark)) process.kill(mark.pid, signal);
}

async function hasEnded(mark: ProcessMark, withinMs: number): Promise<void> {
  const question = async () => {
    if (isAlive(mark)) throw new Error(`Process ${mark.pid} in ${mark.folder} does not end`);
  };
  await until(question, { withinMs, everyMs: 20 });
}

/** For a question that waits for a process to be ready: there is no use in waiting for the dead. */
export function assertAlive(mark: ProcessMark): void {
  if (!isAlive(mark)) throw new GaveUp(`process ${mark.pid} has ended`);
}
