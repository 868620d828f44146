import { isRunning } from "../programs/is-running.ts";

/** How often to look whether those who started this process are still there, ms. */
const LOOK_EVERY_MS = 1_000;

/**
 * Resolves when the process that started this one, or the one that started that (npm, whose id the
 * start script passes on), has ended without telling: kill -9 reaches one process alone.
 */
export function parentGone(starterPid: number | undefined): Promise<string> {
  const parentPid = process.ppid;
  const isGone = () =>
    process.ppid !== parentPid || (starterPid !== undefined && !isRunning(starterPid));
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (!isGone()) return;
      clearInterval(timer);
      resolve("whoever started the mesh has ended");
    }, LOOK_EVERY_MS);
    timer.unref();
  });
}
