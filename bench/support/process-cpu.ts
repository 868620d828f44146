import { readdirSync, readFileSync } from "node:fs";

/** Clock ticks a second of /proc/PID/stat on Linux (USER_HZ). */
const TICKS_PER_SECOND = 100;

/** CPU seconds, user and system, that a process has used, all its threads. From /proc, Linux only. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** CPU seconds of a process's main thread alone: shows whether an event loop has its core. */
export function mainThreadSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/task/${pid}/stat`, "utf8");
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

/** The model of the processor and how many there are, for the heading of a table. */
export function machine(): string {
  const info = readFileSync("/proc/cpuinfo", "utf8");
  const cores = readdirSync("/sys/devices/system/cpu").filter((name) => /^cpu\d+$/.test(name));
  const model = info.match(/model name\s*:\s*(.*)/)?.[1] ?? "unknown processor";
  const memory = readFileSync("/proc/meminfo", "utf8").match(/MemTotal:\s+(\d+)/)?.[1];
  return `${cores.length} cores (${model}), ${Math.round(Number(memory) / 2 ** 20)} GiB`;
}
