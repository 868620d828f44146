import type { UserId } from "../../../model/ids.ts";
import { prepare, type Readiness, type ReadinessDeps } from "../page/readiness.ts";
import { AGAIN_MS } from "./keep-filled.ts";
import type { Watcher } from "./watcher.ts";

/** As `prepare`, for who can wait: again and again until entries are within reach. Undefined: it is over before. */
export async function untilReadable(
  deps: ReadinessDeps,
  viewer: UserId,
  watcher: Pick<Watcher, "isOver" | "over">,
): Promise<Readiness | undefined> {
  const { clock } = deps;
  while (!watcher.isOver) {
    const pause = new AbortController();
    const paused = clock.delay(AGAIN_MS, pause.signal).catch(() => {});
    await Promise.race([paused, watcher.over]);
    pause.abort();
    if (watcher.isOver) return undefined;
    const ready = await prepare(deps, viewer, Number.POSITIVE_INFINITY);
    if (!ready.isStoreDown) return ready;
  }
  return undefined;
}
