import type { Clock } from "../../../services/platform/clock/clock.ts";
import { inParallel } from "../../../services/platform/concurrency/in-parallel.ts";
import { lacksSomething } from "../reading/page-reads.ts";
import type { Viewing } from "../viewing/viewing.ts";
import type { Watchers } from "./choose-watchers.ts";

const AT_ONCE = 16;
const WAIT_MS = 200;

/**
 * The watchers whose timelines can be read as a whole within a time: a first read fills them. Throws when
 * there is none.
 */
export async function readyWatchers(
  viewing: Viewing,
  { viewers, friends }: Watchers,
  time: Clock,
  withinMs: number,
): Promise<Watchers> {
  const endMs = time.monotonicMs() + withinMs;
  let why: unknown = "their timelines are still being filled";
  const isReady = await inParallel(AT_ONCE, viewers, async (viewer) => {
    for (;;) {
      try {
        if (!lacksSomething(await viewing.page(viewer, 1, ""))) return true;
      } catch (error) {
        why = error instanceof Error ? error.message : error;
      }
      if (time.monotonicMs() >= endMs) return false;
      await time.delay(WAIT_MS);
    }
  });
  if (!isReady.includes(true)) {
    throw new Error(
      `None of ${viewers.length} viewers, as ${viewers[0]}, can be watched after ${withinMs} ms: ${why}. ` +
        "Is the target's graph that of the scenario's world (people, seed, mean)?",
    );
  }
  const kept = <T>(all: readonly T[]) => all.filter((_, watcher) => isReady[watcher]);
  return { viewers: kept(viewers), friends: kept(friends) };
}
