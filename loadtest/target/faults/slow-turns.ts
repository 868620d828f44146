/**
 * Stops a process again and again, so that one in TIMES parts of the time is its own: `node slow-turns.ts PID MS TIMES`.
 * In turns so short that what takes it longer looks like a slower processor, and not like one that is away. Who stops
 * late, or lets go on late, makes up for it in the next turn. Exit code GONE: there is no such process any more.
 */
const GONE = 3;
const RUNS_MS = 2;

const [pid, ms, times] = process.argv.slice(2).map(Number);
const nobody = new Int32Array(new SharedArrayBuffer(4));
const startedMs = performance.now();
const endsMs = startedMs + ms;
let ranMs = 0;

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

if (!tell("SIGSTOP")) process.exit(GONE);
while (performance.now() < endsMs) {
  // As long as it takes until what it has had, and will have in the next turn, is its part.
  const sharesMs = (ranMs + RUNS_MS) * times;
  wait(Math.min(startedMs + sharesMs - RUNS_MS, endsMs) - performance.now());
  if (!tell("SIGCONT")) process.exit(0);
  const begunMs = performance.now();
  wait(RUNS_MS);
  if (!tell("SIGSTOP")) process.exit(0);
  ranMs += performance.now() - begunMs;
}
tell("SIGCONT");
