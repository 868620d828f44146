import { spawn } from "node:child_process";
import { join } from "node:path";

/** A process that stands still, or does now and then. */
export interface Pause {
  /** Resolves when it goes on; rejects when it could not be stopped. */
  readonly over: Promise<void>;
  /** Lets it go on now. */
  end(): void;
}

const GONE = 3;
const SLOW_TURNS = join(import.meta.dirname, "slow-turns.ts");
const SCRIPT = `kill -STOP "$1" || exit ${GONE}; sleep "$2"; kill -CONT "$1"; exit 0`;

/**
 * Stops a process for `ms`. A process of its own does it: whatever happens to this one, the other goes
 * on again.
 */
export function pauseProcess(pid: number, ms: number): Pause {
  return stopped(pid, "sh", ["-c", SCRIPT, "pause", pid, ms / 1_000]);
}

/** Stops it again and again for `ms`, so that one in `times` parts of the time is its own; as `pauseProcess`. */
export function slowProcess(pid: number, ms: number, times: number): Pause {
  return stopped(pid, process.execPath, [SLOW_TURNS, pid, ms, times]);
}

function stopped(pid: number, command: string, args: readonly (string | number)[]): Pause {
  const child = spawn(command, args.map(String), { stdio: "ignore", detached: true });
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
