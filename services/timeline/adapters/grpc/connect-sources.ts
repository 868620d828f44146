import type { Clock } from "../../../platform/clock/clock.ts";
import { systemClock } from "../../../platform/clock/system-clock.ts";
import { type ConnectOptions, connect } from "../../../platform/grpc/client/client.ts";
import { reachAll } from "../../../platform/grpc/client/reach.ts";
import type { TimelineConfig } from "../../config.ts";
import type { FriendSource, PostLog, PostSource, Ranker } from "../../ports.ts";
import { createFriendSource } from "./friend-source.ts";
import { logWatch } from "./log-streams.ts";
import { createPostLog } from "./post-log.ts";
import { createPostSource } from "./post-source.ts";
import { createRanker } from "./ranker.ts";

/** Who is asked in place of the services that the configuration names. */
export interface SourceOverrides {
  readonly clock?: Clock;
  readonly friends?: FriendSource;
  readonly posts?: PostSource;
  readonly postLog?: PostLog;
  readonly ranker?: Ranker;
}

/** The services that a timeline is made of. */
export interface Sources {
  readonly friends: FriendSource;
  /** For fills. */
  readonly posts: PostSource;
  /** For scrolls below what is in memory: somebody waits for them. */
  readonly scrolled: PostSource;
  readonly postLog: PostLog;
  readonly ranker: Ranker;
  /** Resolves when those that a page can't do without were reached, or were waited for long enough. */
  reached(): Promise<void>;
  close(): void;
}

/** The services that this one asks, unless overridden. Channels connect on first use. */
export function connectSources(
  config: TimelineConfig,
  overrides: SourceOverrides,
  options: ConnectOptions,
): Sources {
  const live = { ...options, priority: "live" } as const;
  const friends = connect(config.friendAddresses, { ...live, to: "friend" });
  const posts = connect(config.postAddresses, { ...live, to: "post" });
  // A page does not wait for a second try: chronological is good enough.
  const ranking = connect(config.rankingAddresses, { ...options, to: "ranking", retry: "none" });
  const { sourceTimeoutMs: timeoutMs, rankTimeoutMs } = config;
  const streams = { addresses: config.postAddresses, connect: { ...live, to: "post" } };
  const watch = logWatch({ ...streams, clock: overrides.clock ?? systemClock });
  return {
    friends: overrides.friends ?? createFriendSource(friends, timeoutMs),
    posts: overrides.posts ?? createPostSource(posts, { timeoutMs, priority: "fill" }),
    scrolled: overrides.posts ?? createPostSource(posts, { timeoutMs, priority: "scroll" }),
    postLog: overrides.postLog ?? createPostLog(posts, { timeoutMs, watch }),
    ranker: overrides.ranker ?? createRanker(ranking, rankTimeoutMs),
    reached: () =>
      reachAll([...(overrides.friends ? [] : [friends]), ...(overrides.posts ? [] : [posts])], {
        withinMs: config.startWaitMs,
        log: options.log,
      }),
    close: () => {
      for (const channel of [friends, posts, ranking]) channel.close();
    },
  };
}
