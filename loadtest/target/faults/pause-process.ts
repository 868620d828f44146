import { spawn } from "node:child_process";

/** A process that stands still. */
export interface Pause {
  /** Resolves when it goes on; rejects when it could not be stopped. */
  readonly over: Promise<void>;
  /** Lets it go on now. */
  end(): void;
}

const GONE = 3;
const SCRIPT = `kill -STOP "$1" || exit ${GONE}; sleep "$2"; kill -CONT "$1"; exit 0`;

/**
 * Stops a process for `ms`. A process of its own does it: whatever happens to this one, the other goes
 * on again.
 */
export function pauseProcess(pid: number, ms: number): Pause {
  const child = spawn("sh", ["-c", SCRIPT, "pause", String(pid), String(ms / 1000)], {
    stdio: "ignore",
    detached: true,
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  child.once("error", reject);
  child.once("exit", (code) => {
    if (code === GONE) reject(new Error(`Process ${pid} can't be stopped: it has ended.`));
    else resolve();
  });
  promise.catch(() => {}); // whoever ends it early need not look
  return {
    over: promise,
    end: () => {
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
      process.kill(-child.pid, "SIGKILL");
      try {
        process.kill(pid, "SIGCONT");
      } catch {
        // It was killed while it stood still.
      }
    },
  };
}
