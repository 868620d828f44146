import { readFileSync } from "node:fs";

/** Clock ticks a second of /proc/PID/stat on Linux (USER_HZ). */
const TICKS_PER_SECOND = 100;

/** What a process has used until now. */
export interface ProcessSnapshot {
  readonly cpuSeconds: number;
  /** Of that, the main thread's. */
  readonly mainThreadSeconds: number;
  readonly residentMiB: number;
}

/** Undefined when there is no such process (any more), or no /proc. */
export function processSnapshot(pid: number): ProcessSnapshot | undefined {
  try {
    return {
      cpuSeconds: cpuSeconds(pid),
      mainThreadSeconds: mainThreadSeconds(pid),
      residentMiB: residentMiB(pid),
    };
  } catch {
    return undefined;
  }
}

/** CPU seconds, user and system, that a process has used, all its threads. From /proc, Linux only. */
export function cpuSeconds(pid: number): number {
  return secondsIn(`/proc/${pid}/stat`);
}

/** CPU seconds of a process's main thread alone: shows whether an event loop has its core. */
export function mainThreadSeconds(pid: number): number {
  return secondsIn(`/proc/${pid}/task/${pid}/stat`);
}

/** Fields 14 and 15 of proc_pid_stat(5). The second field may hold spaces, but ends at the last `)`. */
function secondsIn(path: string): number {
  const stat = readFileSync(path, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/**
 * Resident memory of the process's own, in MiB: heaps and slabs, without the pages of mapped files,
 * which a store's file has more of with every post and the kernel takes back at will.
 */
export function residentMiB(pid: number): number {
  const line = readFileSync(`/proc/${pid}/status`, "utf8").match(/^RssAnon:\s+(\d+) kB/m);
  return Number(line?.[1] ?? 0) / 1024;
}
