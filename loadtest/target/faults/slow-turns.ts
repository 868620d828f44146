import { readFileSync } from "node:fs";
import { TURN_MS, Turns } from "./turns.ts";

/**
 * Stops a process again and again, so that one in TIMES parts of a CPU is its own: `node slow-turns.ts PID MS TIMES`.
 * Exit code GONE: there is no such process any more.
 */
const GONE = 3;
const NS_PER_MS = 1e6;

const [pid, ms, times] = process.argv.slice(2).map(Number);
const nobody = new Int32Array(new SharedArrayBuffer(4));

function wait(forMs: number): void {
  Atomics.wait(nobody, 0, 0, Math.max(0, forMs));
}

/** False when the process has ended. */
function tell(signal: "SIGSTOP" | "SIGCONT"): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/** What its main thread has used of a CPU in all its life, and waited for one, ms; nothing where Linux does not say it. */
function life() {
  try {
    const [used, waited] = readFileSync(`/proc/${pid}/schedstat`, "utf8").split(" ").map(Number);
    return { usedMs: used / NS_PER_MS, waitedMs: waited / NS_PER_MS };
  } catch {
    return { usedMs: 0, waitedMs: 0 };
  }
}

if (!tell("SIGSTOP")) process.exit(GONE);
const startMs = performance.now();
const turns = new Turns(startMs, times);
let before = life();
while (performance.now() < startMs + ms) {
  wait(Math.min(turns.dueMs, startMs + ms) - performance.now());
  if (!tell("SIGCONT")) process.exit(0);
  const begunMs = performance.now();
  wait(TURN_MS);
  if (!tell("SIGSTOP")) process.exit(0);
  const endMs = performance.now();
  const now = life();
  const usedMs = now.usedMs - before.usedMs;
  const waitedMs = now.waitedMs - before.waitedMs;
  turns.had({ endMs, tookMs: endMs - begunMs, usedMs, waitedMs });
  before = now;
}
tell("SIGCONT");
