import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "./clock.ts";

/** The machine's own time. */
export const systemClock: Clock = clockOf({});
/** The same, whose delays keep no process running. */
export const idleClock: Clock = clockOf({ ref: false });

function clockOf(options: { readonly ref?: boolean }): Clock {
  return {
    nowMs: () => Date.now(),
    monotonicMs: () => performance.now(),
    delay: async (ms, signal) => {
      try {
        await delay(ms, undefined, signal ? { ...options, signal } : options);
      } catch (error) {
        throw signal?.aborted ? signal.reason : error;
      }
    },
  };
}
