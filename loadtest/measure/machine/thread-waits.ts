import { readdirSync, readFileSync } from "node:fs";
import { waitedSeconds } from "./proc.ts";

/** For how many seconds each thread of a process has wanted a CPU and had none, by its id. */
export type ThreadWaits = ReadonlyMap<number, number>;

/** Of a process of this machine, or of this one ("self"); empty where the system does not tell. */
export function threadWaits(pid: number | "self"): ThreadWaits {
  const folder = `/proc/${pid}/task`;
  return new Map(
    namesIn(folder).flatMap((thread) => {
      const waited = waitedSeconds(textOf(`${folder}/${thread}/schedstat`));
      return waited === undefined ? [] : [[Number(thread), waited] as const];
    }),
  );
}

/**
 * The share of the time for which the thread that waited longest had no CPU though it wanted one. No thread
 * lost more of its speed by that; so what they do together, in turns or side by side, did not either.
 */
export function waitedShare(
  before: ThreadWaits,
  after: ThreadWaits,
  seconds: number,
): number | undefined {
  if (after.size === 0 || !(seconds > 0)) return undefined;
  const waited = [...after].map(([thread, now]) => now - (before.get(thread) ?? 0));
  return Math.max(0, ...waited) / seconds;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // not Linux, or the process has ended
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return ""; // the thread has just ended
  }
}
