import { readdirSync, readFileSync } from "node:fs";
import { threadSeconds } from "./proc.ts";

/** Of each thread of a process, by its id: seconds for which it ran, and wanted a CPU and had none. */
export type ThreadWaits = ReadonlyMap<number, ThreadWait>;

interface ThreadWait {
  readonly ran: number;
  readonly waited: number;
}

/** Of a process of this machine, or of this one ("self"); empty where the system does not tell. */
export function threadWaits(pid: number | "self"): ThreadWaits {
  const folder = `/proc/${pid}/task`;
  return new Map(
    namesIn(folder).flatMap((thread) => {
      const seconds = threadSeconds(textOf(`${folder}/${thread}/schedstat`));
      return seconds === undefined ? [] : [[Number(thread), seconds] as const];
    }),
  );
}

/** Shares of a stretch of time. */
export interface WaitShares {
  /** For which the thread that waited longest had no CPU though it wanted one. */
  readonly waitedShare: number | undefined;
  /** For which the thread that wanted most ran or waited: near 1 it had no time to spare. */
  readonly wantedShare: number | undefined;
}

/**
 * What the threads of a process met in so many seconds. No thread lost more of its speed than the one that
 * waited longest; so what they do together, in turns or side by side, did not either.
 */
export function waitShares(before: ThreadWaits, after: ThreadWaits, seconds: number): WaitShares {
  if (after.size === 0 || !(seconds > 0)) return { waitedShare: undefined, wantedShare: undefined };
  const own = [...after].map(([thread, now]) => {
    const { ran, waited } = before.get(thread) ?? { ran: 0, waited: 0 };
    return { ran: now.ran - ran, waited: now.waited - waited };
  });
  return {
    waitedShare: Math.max(0, ...own.map(({ waited }) => waited)) / seconds,
    wantedShare: Math.max(0, ...own.map(({ ran, waited }) => ran + waited)) / seconds,
  };
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
