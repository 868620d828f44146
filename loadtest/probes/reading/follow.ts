import type { Clock } from "../../../services/platform/clock/clock.ts";
import type { ShownEntry, Viewing } from "../viewing/viewing.ts";

export interface Follower {
  /** What the first stream begins with. */
  readonly begun: (entries: readonly ShownEntry[]) => void;
  /** Entries that came since; a stream that resumes brings some again. */
  readonly came: (entries: readonly ShownEntry[]) => void;
  /** A stream is over, and another one is asked for. */
  readonly resumes: () => void;
}

/** As an app would: not at once after a failure. It is the viewer's loss, and so in the lag. */
const WAIT_AFTER_FAILURE_MS = 200;

const FAILED = { done: true, value: undefined } as const;

/** Follows a viewer's timeline by stream after stream, each resuming the one before, until aborted. */
export async function follow({
  viewing,
  viewer,
  follower,
  time,
  signal,
}: {
  readonly viewing: Viewing;
  readonly viewer: number;
  readonly follower: Follower;
  readonly time: Clock;
  readonly signal: AbortSignal;
}): Promise<void> {
  let newest: ShownEntry | undefined;
  let hasBegun = false;
  for (;;) {
    const messages = viewing.watch(viewer, newest?.cursor ?? "", signal)[Symbol.asyncIterator]();
    let isHealthy = false;
    for (;;) {
      const next = await messages.next().catch(() => FAILED);
      isHealthy = isHealthy && next !== FAILED;
      if (next.done) break;
      const { entries } = next.value;
      if (hasBegun) follower.came(entries);
      else follower.begun(entries);
      hasBegun = true;
      isHealthy = true;
      for (const entry of entries) {
        if (newest === undefined || entry.postId > newest.postId) newest = entry;
      }
    }
    if (signal.aborted) return;
    follower.resumes();
    if (!isHealthy) await time.delay(WAIT_AFTER_FAILURE_MS, signal).catch(() => {});
    if (signal.aborted) return;
  }
}
