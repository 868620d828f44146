import { COUNTERS, GAUGES } from "../../../model/metrics.ts";
import type { Clock } from "../../../platform/clock/clock.ts";
import type { Logger } from "../../../platform/telemetry/logger.ts";
import type { Metrics } from "../../../platform/telemetry/metrics.ts";
import type { PostLog } from "../../ports.ts";
import { DeletionFollower } from "./deletion-follower.ts";
import { PostCache } from "./post-cache.ts";

export interface PostCacheDeps {
  readonly postLog: PostLog;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
}

const MIB = 1_048_576;

/** A cache that follows the deletions in the post log; `opening` ends that. */
export function openPostCache(
  opening: AsyncDisposableStack,
  maxMiB: number,
  { postLog, clock, log, metrics }: PostCacheDeps,
): PostCache {
  const reads = metrics.counter(COUNTERS.postCacheReads);
  const counted = { hit: reads.series("hit"), miss: reads.series("miss") };
  const cache: PostCache = new PostCache({
    maxBytes: maxMiB * MIB,
    isTrusted: () => follower.isCurrent,
    onRead: (result) => counted[result].add(),
  });
  const follower = new DeletionFollower({
    log: postLog,
    clock,
    onDeleted: (post) => cache.drop(post),
    onGap: () => cache.clear(),
    onFailure: (error) => log.warn({ err: error }, "the post log can't be read: no post is cached"),
  });
  follower.start();
  opening.defer(() => follower.close());
  metrics.gauge(GAUGES.postCacheBytes, () => cache.bytes);
  metrics.gauge(GAUGES.cachedPosts, () => cache.count);
  return cache;
}
