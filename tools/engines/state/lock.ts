/** One `up` or `down` at a time for a folder. */
import { createHash } from "node:crypto";
import { createServer, type Server } from "node:net";
import { until } from "../processes/wait.ts";

/** A first `up` downloads 67 MB and may install a package: the second one waits for it. */
const LOCK_WITHIN_MS = 300_000;

/**
 * Holds an abstract Unix socket named after the folder. The kernel lets go of it when the
 * process ends in any way, so there is no stale lock. Only Linux has these; elsewhere there are
 * no local engines either, and Docker does its own locking.
 */
export async function withLock<T>(
  folder: string,
  work: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  if (process.platform !== "linux") return work();
  const server = await until(() => listen(lockName(folder)), {
    withinMs: LOCK_WITHIN_MS,
    signal,
  });
  try {
    return await work();
  } finally {
    server.close();
  }
}

export function lockName(folder: string): string {
  return `\0tidings-engines-${createHash("sha256").update(folder).digest("hex").slice(0, 32)}`;
}

function listen(name: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", () => reject(new Error('Another "up" or "down" has not ended yet')));
    server.listen(name, () => resolve(server));
  });
}
