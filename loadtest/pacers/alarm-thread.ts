/** The pacer thread: sleeps until the next announced time, then wakes the main loop. It never spins. */
import { workerData } from "node:worker_threads";
import { RING_TIMES, ringIn, WORD } from "./alarm-ring.ts";
import { ClockOffset } from "./clock-offset.ts";

const { words, times } = ringIn(workerData as SharedArrayBuffer);
/** Rung so much later: each side's offset is off by less than half of it, and a ring must not be early. */
const MARGIN_MS = 0.02;
const offset = new ClockOffset();
let taken = 0;

while (Atomics.load(words, WORD.stop) === 0) {
  const written = Atomics.load(words, WORD.written);
  if (taken === written) {
    Atomics.wait(words, WORD.written, written);
    continue;
  }
  const nowMs = performance.now() + offset.ms - MARGIN_MS;
  const sleepMs = times[taken & (RING_TIMES - 1)] - nowMs;
  if (sleepMs > 0) {
    // Nobody notifies this word before its time but to stop.
    Atomics.wait(words, WORD.stop, 0, sleepMs);
    continue;
  }
  while (taken !== written && times[taken & (RING_TIMES - 1)] <= nowMs) taken = (taken + 1) | 0;
  Atomics.store(words, WORD.taken, taken);
  Atomics.add(words, WORD.woken, 1);
  Atomics.notify(words, WORD.woken);
}
