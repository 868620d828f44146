import { spawn } from "node:child_process";

/** A process that stands still, or does now and then. */
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
  return stopped(pid, SCRIPT, [ms / 1_000]);
}

/** In each turn it goes on for so long, ms: shorter ones would cost the machine more than they take from it. */
const RUNS_MS = 10;
const SLOW_SCRIPT = `i=0; kill -STOP "$1" || exit ${GONE}
while [ "$i" -lt "$4" ]; do sleep "$2"; kill -CONT "$1" || exit 0; sleep "$3"; kill -STOP "$1" || exit 0; i=$((i + 1)); done
kill -CONT "$1"; exit 0`;

/** Stops it again and again for `ms`, so that one in `times` parts of the time is its own; as `pauseProcess`. */
export function slowProcess(pid: number, ms: number, times: number): Pause {
  const turns = Math.max(1, Math.round(ms / (RUNS_MS * times)));
  const stopsMs = RUNS_MS * (times - 1);
  return stopped(pid, SLOW_SCRIPT, [stopsMs / 1_000, RUNS_MS / 1_000, turns]);
}

function stopped(pid: number, script: string, given: readonly number[]): Pause {
  const child = spawn("sh", ["-c", script, "pause", String(pid), ...given.map(String)], {
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
