import { GetTimelineResponse } from "#gen/timeline/v1/timeline.ts";
import type { PostId, UserId } from "../../../services/model/ids.ts";
import { present } from "../../../services/model/invariant.ts";
import { encodeAppendEntries } from "../../../services/model/wire/append-entries.ts";
import type { Call } from "../../../services/platform/grpc/call.ts";
import { Fills } from "../../../services/timeline/domain/fill/fills.ts";
import { followingBehind } from "../../../services/timeline/domain/friends/friend-changes.ts";
import type { FriendSet } from "../../../services/timeline/domain/friends/friend-set.ts";
import { FriendSets } from "../../../services/timeline/domain/friends/friend-sets.ts";
import { LapseSweeper } from "../../../services/timeline/domain/lapse/lapse-sweeper.ts";
import { pageSources } from "../../../services/timeline/domain/page/page-sources.ts";
import { PulledWatch } from "../../../services/timeline/domain/watch/pulled-watch.ts";
import { appendEntries } from "../../../services/timeline/handlers/append-entries.ts";
import { deactivateTimelines } from "../../../services/timeline/handlers/deactivate-timelines.ts";
import { getTimeline } from "../../../services/timeline/handlers/get-timeline.ts";
import { notifyFriendChanges } from "../../../services/timeline/handlers/notify-friend-changes.ts";
import { rebuildTimeline } from "../../../services/timeline/handlers/rebuild-timeline.ts";
import type { AppendBatch, EntryStore, Ownership } from "../../../services/timeline/ports.ts";
import type { DurableStore } from "./durable-store.ts";
import type { Environment } from "./environment.ts";
import { friendsOver, hearUntold } from "./friend-hearing.ts";
import type { ModelFriends } from "./model/model-friends.ts";
import type { ModelPosts } from "./model/model-posts.ts";
import type { ModelPulled } from "./model/model-pulled.ts";
import { Life } from "./network.ts";
import { serveLive } from "./timeline-live.ts";
import { createPull, startReading } from "./timeline-reading.ts";

const FILL_LIMITS = {
  maxRunning: 2,
  maxQueued: 3,
  maxFailed: 10,
  firstRetryMs: 100,
  maxRetryMs: 400,
};
const PAGE_WAIT_MS = 60;
const DAY_MS = 86_400_000;
const DEADLINE_MS = 500;

export interface TimelineProcessOptions {
  readonly env: Environment;
  readonly posts: ModelPosts;
  readonly friends: ModelFriends;
  readonly pulled: ModelPulled;
  readonly durable: DurableStore;
  /** Until it has a place among owners that change. */
  readonly ownership: Ownership;
  readonly friendSetBytes: number;
  readonly indexBytes: number;
  /** Whoever has more friends is pull-only. */
  readonly maxKeptFriends: number;
}

/** A process among others, whose number changes while it is down. */
export interface OwnerPlace {
  ownership(): Ownership;
  /** What a start makes of a store that may have missed something (own-folder.ts). */
  catchUp(store: EntryStore): Promise<void>;
}

/** The handlers of the real timeline service over a store that can die, and come back. */
export class TimelineProcess {
  readonly #options: TimelineProcessOptions;
  #running: { readonly life: Life; readonly parts: Parts } | undefined;
  #starting: Life | undefined;
  place: OwnerPlace | undefined;

  constructor(options: TimelineProcessOptions) {
    this.#options = options;
  }

  readonly life = (): Life | undefined => this.#running?.life;

  /** The parts of the process that runs; only within a call that has found it alive. */
  get parts(): Parts {
    return present(this.#running).parts;
  }

  /** Recovers and serves. A machine that dies while it recovers tries again. */
  async start(): Promise<void> {
    if (this.#running || this.#starting) return;
    do {
      const life = new Life();
      this.#starting = life;
      try {
        const store = await this.#options.durable.open(() => this.crash(false, life));
        await this.place?.catchUp(store);
        const wrapped = this.#options.env.variant.store?.(store, this.#options.env.clock) ?? store;
        if (life.alive) this.#running = { life, parts: createParts(this.#placed(), wrapped, life) };
      } catch {
        if (life.alive) this.#options.durable.afterDeath(false);
      }
    } while (!this.#running);
    this.#starting = undefined;
  }

  #placed(): TimelineProcessOptions {
    return this.place ? { ...this.#options, ownership: this.place.ownership() } : this.#options;
  }

  /** The machine dies now, serving or recovering; `isLost`: with its disk. */
  crash(isLost: boolean, life = this.#running?.life ?? this.#starting): void {
    if (!life?.alive) return;
    life.die();
    this.#options.env.note(this.#running?.life === life ? "a timeline dies" : "a recovery dies");
    const { durable } = this.#options;
    durable.dieAt(0);
    durable.afterDeath(isLost);
    if (this.#running?.life !== life) return;
    void this.#running.parts.fills.close();
    void this.#running.parts.recent?.close();
    void this.#running.parts.cold.close();
    void this.#running.parts.copy.close();
    void this.#running.parts.untold?.close();
    this.#running.parts.watchers.close();
    this.#running = undefined;
  }

  /** Dies at the n-th operation of its disk from now on; Infinity: lives. */
  doom(atOperation: number): void {
    this.#options.durable.dieAt(atOperation);
  }

  get isQuiet(): boolean {
    if (this.#starting) return false;
    const { queued, running, failed } = this.parts.fills.counts();
    const unread = this.parts.recent?.pendingUpTo(this.#options.env.postLog.headsNow()) ?? 0;
    return queued + running + failed + unread === 0;
  }
}

/** What one life of the process is made of. */
export type Parts = ReturnType<typeof createParts>;

function createParts(options: TimelineProcessOptions, store: EntryStore, life: Life) {
  const { env, friends, durable, ownership } = options;
  const { clock, network, dice } = env;
  const graph = friendsOver(env, friends, life);
  const friendSets = new FriendSets(graph, options.friendSetBytes);
  env.variant.friendSets?.(friendSets);
  const copy = options.pulled.copyOf(life, friends, (before) => pulledWatch.tableRead(before));
  const intervals = env.variant.reader?.(copy) ?? copy;
  const pulledWatch: PulledWatch = new PulledWatch(friendSets, intervals, store);
  env.variant.pulledWatch?.(pulledWatch);
  const { pulled, cold, recent } = startReading(options, life, pulledWatch);
  const sources = {
    store,
    friendSets,
    posts: pulled,
    recent: recent && createPull(env, durable.ringEntries, recent),
    intervals,
    clock,
    ringEntries: durable.ringEntries,
    maxKeptFriends: options.maxKeptFriends,
    ownership,
  };
  const fills = new Fills({ ...sources, random: dice.random }, FILL_LIMITS);
  const behind = followingBehind(sources, fills, env.log);
  // Earlier histories go on as they did.
  const untold = friends.isSayingChanged
    ? hearUntold(env, graph, { friendSets, behind, ownership })
    : undefined;
  const deps = { ...sources, fills, untold, waitMs: PAGE_WAIT_MS, rankTimeoutMs: PAGE_WAIT_MS };
  const ranker = {
    rank: (_viewer: UserId, _nowMs: number, candidates: readonly { readonly postId: PostId }[]) =>
      network.call(
        life,
        () => life,
        () => {
          const order = candidates.map(({ postId }) => ({ postId, reasons: [] }));
          return dice.chance(0.2) ? order.slice(1) : order.reverse();
        },
      ),
  };
  const lag = { observe: () => {} };
  const append = appendEntries({ ...deps, index: recent, lag, log: env.log });
  const pages = {
    ranker,
    friends: graph,
    sources: pageSources(store, {
      ...{ ...sources, recent, slow: cold },
      arriving: friendSets.arriving,
    }),
    onPage: () => {},
    onDegraded: () => {},
  };
  const read = getTimeline({ ...deps, ...pages });
  const call = (): Call => {
    const deadlineMs = clock.nowMs() + DEADLINE_MS;
    return { deadlineMs, log: env.log, requestId: "" } as Call;
  };
  const notify = notifyFriendChanges({ ...deps, behind });
  const live = serveLive(env, { ...deps, ...pages, pulledWatch });
  const idle = { store, fills, clock, watchers: live.watchers };
  const told = { onLapsed: (count: number) => count > 0 && env.note("idle timelines lapse") };
  const sweeper = new LapseSweeper({ ...idle, ...told }, { afterDays: 14, everyMs: 30 * DAY_MS });
  const deactivate = deactivateTimelines({ ...deps });
  const rebuild = rebuildTimeline({ ...deps, paceRebuild: (work) => work() });
  return {
    ...{ store, fills, ownership, recent, cold, copy, untold, ...live },
    append: (batch: AppendBatch) => append(encodeAppendEntries(batch), call()),
    notify: (changes: readonly { viewerId: UserId; friendId: UserId }[], answerAtOnce = false) =>
      notify({ changes: [...changes], answerAtOnce }),
    deactivate: (viewerIds: readonly bigint[]) => deactivate({ viewerIds: [...viewerIds] }),
    rebuild: (viewerId: UserId) => rebuild({ viewerId }, call()),
    friendSet: (viewer: UserId): FriendSet | undefined => friendSets.peek(viewer),
    sweep: () => sweeper.sweep(),
    /** Without a promise when the timeline is in memory and complete. */
    page: (viewerId: UserId, limit: number, pageToken: string, order: 1 | 2) => {
      const request = { viewerId, limit, pageToken, order, fromTimeMs: 0n };
      const bytes = read(request, call());
      if (bytes instanceof Promise) return bytes.then((late) => GetTimelineResponse.decode(late));
      return GetTimelineResponse.decode(bytes);
    },
  };
}
