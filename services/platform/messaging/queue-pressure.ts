import type { Clock } from "../clock/clock.ts";

/** So many messages that wait are a full queue: at the peak of 50 million daily users' posts 23 seconds of them. */
const FULL_MESSAGES = 100_000;
/** A depth is believed for so long, ms. */
const BELIEVED_MS = 1_000;

/**
 * How full the queues are that a service fills, from 0 to 1: its calls that matter least are held up by them.
 * Queues that do not say how deep they are count as full: what is published for them waits somewhere.
 */
export function queuePressure(depth: () => Promise<number>, clock: Clock): () => number {
  let pressure = 0;
  let askedMs = -Infinity;
  const ask = async () => {
    const messages = await depth().catch(() => FULL_MESSAGES);
    pressure = Math.min(1, messages / FULL_MESSAGES);
  };
  return () => {
    const nowMs = clock.monotonicMs();
    if (nowMs - askedMs >= BELIEVED_MS) {
      askedMs = nowMs;
      void ask();
    }
    return pressure;
  };
}
