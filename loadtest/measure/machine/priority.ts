import { readdirSync } from "node:fs";
import { getPriority, setPriority } from "node:os";

/**
 * The niceness of generators. Where they share cores with their target, a generator that waits for a CPU
 * is late by its own fault; it needs little of one, and little later than now is of no use to it.
 */
export const GENERATOR_NICENESS = -10;

/**
 * Gives all threads of this process a niceness (19 to -20: the lower, the sooner it has a CPU); Linux keeps
 * one for each. Later threads inherit it. Below 0 takes root or CAP_SYS_NICE: without, nothing changes.
 * Returns the niceness of the main thread from now on.
 */
export function takeNiceness(niceness: number): number {
  for (const thread of threadsOfThisProcess()) {
    try {
      setPriority(thread, niceness);
    } catch {
      // Not allowed; or the thread has just ended.
    }
  }
  return getPriority();
}

function threadsOfThisProcess(): readonly number[] {
  try {
    return readdirSync("/proc/self/task").map(Number);
  } catch {
    return [process.pid]; // not Linux: processes have it, threads do not
  }
}
