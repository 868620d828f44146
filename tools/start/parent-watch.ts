/** How often to look whether those who started this process are still there, ms. */
const LOOK_EVERY_MS = 1_000;

/**
 * Resolves when the process that started this one, or the one that started that (npm, whose id the
 * start script passes on), has ended without telling: kill -9 reaches one process alone.
 */
export function parentGone(starterPid: number | undefined): Promise<string> {
  const parentPid = process.ppid;
  const isGone = () =>
    process.ppid !== parentPid || (starterPid !== undefined && !isAlive(starterPid));
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (!isGone()) return;
      clearInterval(timer);
      resolve("whoever started the mesh has ended");
    }, LOOK_EVERY_MS);
    timer.unref();
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
