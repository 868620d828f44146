/** What Linux says about CPU, as text to numbers. Pure; a line that is missing is undefined. */

/** Jiffies a second of /proc/stat (USER_HZ). */
const TICKS_PER_SECOND = 100;

/** Seconds that the hypervisor gave to others while this machine wanted them; from /proc/stat. */
export function stealSeconds(stat: string): number | undefined {
  const cpu = /^cpu +(.*)$/m.exec(stat)?.[1]?.split(/ +/);
  const STEAL_FIELD = 7;
  return cpu?.[STEAL_FIELD] === undefined ? undefined : Number(cpu[STEAL_FIELD]) / TICKS_PER_SECOND;
}

/**
 * CPU seconds that whoever it was used on this machine, all its CPUs together; from /proc/stat. Without
 * interrupts: what the network does for a target and its generators is theirs, and counted for nobody.
 */
export function busySeconds(stat: string): number | undefined {
  const cpu = /^cpu +(.*)$/m.exec(stat)?.[1]?.split(/ +/);
  const [USER, NICE, SYSTEM] = [0, 1, 2];
  if (cpu?.[SYSTEM] === undefined) return undefined;
  const ticks = [USER, NICE, SYSTEM].reduce((sum, i) => sum + Number(cpu[i]), 0);
  return ticks / TICKS_PER_SECOND;
}

/** For how long a thread has run, and wanted a CPU and had none; from its schedstat. */
export function threadSeconds(schedstat: string): { ran: number; waited: number } | undefined {
  const [ran, waited] = schedstat.split(" ").map(Number);
  return waited === undefined ? undefined : { ran: ran / 1e9, waited: waited / 1e9 };
}

/** Seconds for which a CPU quota held this group back; from cpu.stat of cgroup v2 or v1. */
export function throttledSeconds(cpuStat: string): number | undefined {
  const v2 = /^throttled_usec (\d+)$/m.exec(cpuStat);
  if (v2) return Number(v2[1]) / 1e6;
  const v1 = /^throttled_time (\d+)$/m.exec(cpuStat);
  return v1 ? Number(v1[1]) / 1e9 : undefined;
}

/** Seconds in which some task wanted a CPU and had none; from /proc/pressure/cpu. */
export function pressureSeconds(pressure: string): number | undefined {
  const some = /^some .*total=(\d+)/m.exec(pressure);
  return some ? Number(some[1]) / 1e6 : undefined;
}

/** CPU seconds of this process's children that have ended; from /proc/self/stat. */
export function endedChildrenSeconds(stat: string): number | undefined {
  // The name in brackets may hold spaces; what follows are the fields from the third on.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [USER_FIELD, SYSTEM_FIELD] = [13, 14];
  if (fields[SYSTEM_FIELD] === undefined) return undefined;
  return (Number(fields[USER_FIELD]) + Number(fields[SYSTEM_FIELD])) / TICKS_PER_SECOND;
}
