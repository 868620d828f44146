import type { Clock } from "../../services/platform/clock/clock.ts";
import { systemClock } from "../../services/platform/clock/system-clock.ts";

/** What the work gives; undefined when it takes longer. Rejects as the work does. */
export async function within<T>(
  ms: number,
  work: Promise<T>,
  clock: Clock = systemClock,
): Promise<T | undefined> {
  const over = new AbortController();
  const late = clock.delay(ms, over.signal).then(
    () => undefined,
    () => undefined,
  );
  try {
    return await Promise.race([work, late]);
  } finally {
    over.abort();
  }
}
