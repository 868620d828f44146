import { PulledCopy } from "../friend/host/pulled-copy.ts";
import { readPulledFrom } from "../friend/host/read-pulled.ts";
import { COUNTERS } from "../model/metrics.ts";
import type { ReadsKnown } from "../model/pulled/cheaper-pulled.ts";
import type { PulledTable } from "../model/pulled/pulled-table.ts";
import type { Clock } from "../platform/clock/clock.ts";
import { connect } from "../platform/grpc/client/client.ts";
import type { Credentials } from "../platform/grpc/credentials/credentials.ts";
import type { Logger } from "../platform/telemetry/logger.ts";
import type { Metrics } from "../platform/telemetry/metrics.ts";
import type { TimelineConfig } from "./config.ts";
import type { ColdScroll } from "./domain/cold/cold-scroll.ts";
import { INCARNATIONS } from "./domain/cursor/format.ts";
import { RecentPosts } from "./domain/recent/recent-posts.ts";
import type { PulledWatch } from "./domain/watch/pulled-watch.ts";
import { indexMetrics } from "./metrics.ts";
import type { PostLog, PulledIntervals } from "./ports.ts";

const MIB = 1_024 * 1_024;

/** The index of everyone's recent posts, and its follower; with no memory for it, there is none. */
export function startRecent(
  config: TimelineConfig,
  postLog: PostLog,
  { log, clock, metrics, cold, pulledWatch }: Followed & Hearers,
): RecentPosts | undefined {
  if (config.indexMib === 0) return undefined;
  const rows = metrics.counter(COUNTERS.indexRows);
  const counted = { told: rows.series("told"), read: rows.series("read") };
  const recent = new RecentPosts(postLog, clock, {
    maxBytes: config.indexMib * MIB,
    spanMs: config.indexSpanMs,
    incarnation: 1 + Math.floor(Math.random() * (INCARNATIONS - 1)),
    onNew: (posts, authors) => {
      cold.heardOf(posts);
      pulledWatch.heard(posts, authors);
    },
    onGap: () => {
      cold.mayLack();
      pulledWatch.missed();
    },
    onRows: (way, count) => counted[way].add(count),
    onFailure: (err) => log.warn({ err }, "the post log did not answer, will try again"),
  });
  indexMetrics(metrics, recent);
  recent.start();
  return recent;
}

/** Who hears of what the index reads. */
interface Hearers {
  readonly cold: ColdScroll;
  readonly pulledWatch: PulledWatch;
}

interface Followed {
  readonly log: Logger;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

interface Connected {
  readonly credentials: Credentials;
  readonly starting: AsyncDisposableStack;
  readonly reads: () => ReadsKnown | undefined;
  readonly onChanged: (before: PulledTable) => void;
}

/** This process's copy of the table of pulled intervals; whoever keeps it hears what is read here. */
export function followIntervals(
  config: TimelineConfig,
  { log, clock, metrics, credentials, starting, reads, onChanged }: Followed & Connected,
): PulledIntervals {
  const options = { log, metrics, credentials, to: "friend", priority: "live" } as const;
  const channel = starting.adopt(connect(config.friendAddresses, options), (one) => one.close());
  const copy = new PulledCopy({
    read: readPulledFrom(channel, config.sourceTimeoutMs, reads),
    ...{ clock, onChanged },
    onFailure: (err) => log.warn({ err }, "the table of pulled intervals does not answer"),
  });
  copy.start();
  return starting.adopt(copy, (one) => one.close());
}
