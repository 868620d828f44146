import { readdirSync, readFileSync } from "node:fs";

/** The process ids of a process's children whose command line holds `part`; Linux only. */
export function childrenOf(parent: number, part: string): number[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => isChild(pid, parent, part)).map(Number);
}

function isChild(pid: string, parent: number, part: string): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const parentOf = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
    return parentOf === parent && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(part);
  } catch {
    return false; // it has ended meanwhile
  }
}
