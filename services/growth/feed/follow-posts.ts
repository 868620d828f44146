import type { Clock } from "../../platform/clock/clock.ts";
import type { Logger } from "../../platform/telemetry/logger.ts";
import type { GrowthStore } from "../domain/store/growth-store.ts";
import type { PostFeed } from "../ports.ts";

/** How long to wait when nothing was new, and after a failure. */
const IDLE_MS = 1_000;
const FAILED_MS = 5_000;

export interface FollowDeps {
  readonly feed: PostFeed;
  readonly store: Pick<GrowthStore, "room" | "takeRow" | "durable" | "state">;
  readonly clock: Pick<Clock, "delay">;
  readonly log: Logger;
}

/** Takes everyone's posts in until it is closed. The feed being away is no fault of ours: it is asked again. */
export function followPosts(deps: FollowDeps): { close(): Promise<void> } {
  const stopping = new AbortController();
  const running = follow(deps, stopping.signal);
  return {
    close: async () => {
      stopping.abort(new Error("the feed is being closed"));
      await running;
    },
  };
}

async function follow({ feed, store, clock, log }: FollowDeps, stop: AbortSignal): Promise<void> {
  let isAway = false;
  while (!stop.aborted) {
    let waitMs = 0;
    try {
      const rows = await feed.next(store.state.feed);
      for (const row of rows) {
        await store.room();
        store.takeRow(row);
      }
      await store.durable();
      isAway = false;
      if (rows.length === 0) waitMs = IDLE_MS;
    } catch (error) {
      if (!isAway) log.warn({ err: error }, "posts are not followed, will try again");
      isAway = true;
      waitMs = FAILED_MS;
    }
    if (waitMs > 0) await clock.delay(waitMs, stop).catch(() => {});
  }
}
