import { expect, it } from "vitest";
import { ManualClock } from "../../../../platform/clock/manual-clock.ts";
import { WakingLoop } from "./waking-loop.ts";

const REST_MS = 1_000;

it.each([1, 2, 3, 4])(
  "is woken %i turns of the microtasks after its step has ended, too",
  async (turns) => {
    const clock = new ManualClock();
    const stopping = new AbortController();
    let steps = 0;
    const second = Promise.withResolvers<void>();
    const loop = new WakingLoop(clock, stopping.signal, async () => {
      if (++steps === 2) second.resolve();
      if (steps === 1) {
        void (async () => {
          for (let turn = 0; turn < turns; turn++) await undefined;
          loop.wake();
        })();
      }
      return REST_MS;
    });
    // No time passes: only the wake can end its rest.
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    expect(steps).toBe(2);
    await second.promise;
    stopping.abort();
    await loop.ended();
  },
);
