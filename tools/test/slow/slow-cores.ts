import { pauseProcess } from "../../../loadtest/target/faults/pause-process.ts";
import { idleClock } from "../../../services/platform/clock/system-clock.ts";

const EVERY_MS = [100, 700] as const;
const PAUSE_MS = [50, 450] as const;

/**
 * Lets one of these processes stand still now and then, as on cores that others keep busy, until it is disposed. Takes no
 * core for it.
 */
export function slowCores(pids: () => readonly number[], random: () => number): AsyncDisposable {
  const stopping = new AbortController();
  const between = ([least, most]: readonly [number, number]) => least + random() * (most - least);
  const run = async () => {
    for (;;) {
      await idleClock.delay(between(EVERY_MS), stopping.signal);
      const found = pids();
      if (found.length === 0) continue;
      const pid = found[Math.floor(random() * found.length)];
      // One that has ended meanwhile needs none.
      await pauseProcess(pid, between(PAUSE_MS)).over.catch(() => {});
    }
  };
  const running = run().catch(() => {});
  return {
    [Symbol.asyncDispose]: async () => {
      stopping.abort();
      await running;
    },
  };
}
