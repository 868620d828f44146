import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { newRingMemory, RING_TIMES, ringIn, WORD } from "./alarm-ring.ts";
import { ClockOffset } from "./clock-offset.ts";

/** Wakes the main loop at announced times, from a thread that sleeps in between. */
export interface Alarm {
  /** Announces a time, ms on the scale of performance.now(), ascending. False: no room, try after a wake. */
  announce(timeMs: number): boolean;
  /** Resolves when announced times have come that this had not yet told of. */
  next(): Promise<void>;
  /** Makes `next` resolve now. */
  wake(): void;
  close(): Promise<void>;
}

export function startAlarm(): Alarm {
  const memory = newRingMemory();
  const { words, times } = ringIn(memory);
  const offset = new ClockOffset();
  const thread = new Worker(join(import.meta.dirname, "alarm-thread.ts"), { workerData: memory });
  let written = 0;
  let seen = 0;
  const wake = () => {
    Atomics.add(words, WORD.woken, 1);
    Atomics.notify(words, WORD.woken);
  };
  return {
    announce(timeMs) {
      if (((written - Atomics.load(words, WORD.taken)) | 0) >= RING_TIMES) return false;
      times[written & (RING_TIMES - 1)] = timeMs + offset.ms;
      written = (written + 1) | 0;
      Atomics.store(words, WORD.written, written);
      Atomics.notify(words, WORD.written);
      return true;
    },
    async next() {
      const waiting = Atomics.waitAsync(words, WORD.woken, seen);
      if (waiting.async) await waiting.value;
      seen = Atomics.load(words, WORD.woken);
    },
    wake,
    async close() {
      Atomics.store(words, WORD.stop, 1);
      Atomics.notify(words, WORD.stop);
      Atomics.notify(words, WORD.written);
      wake();
      await thread.terminate();
    },
  };
}
