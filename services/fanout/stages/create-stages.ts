import type { EventBus } from "../../platform/messaging/bus.ts";
import type { FanoutMetrics } from "../metrics.ts";
import type { Stages } from "../pipeline.ts";
import type { Friends, PulledIntervals, Timelines } from "../ports.ts";
import { AppendStage } from "./append.ts";
import { createChunkStage, createCutStage } from "./chunks.ts";
import { DeliveryStage } from "./delivery.ts";
import { createFriendsStage, type LaneDeps } from "./friends.ts";
import { NotifyStage } from "./notify.ts";

export interface StageSettings {
  readonly entriesPerCall: number;
  /** To each target. */
  readonly callsInFlight: number;
  /** Least time between two calls to one owner, unless a batch is full. */
  readonly callSpacingMs?: number;
}

export interface StageDeps extends LaneDeps {
  readonly intervals: PulledIntervals;
  readonly friends: Friends;
  readonly timelines: Timelines;
  readonly bus: Pick<EventBus, "publish">;
  readonly metrics: FanoutMetrics;
}

export interface RunningStages extends Stages {
  /** Gives back what is in hand, for the reason given. */
  close(reason: unknown): void;
}

/** Chunks append one call at a time to each owner, beside the posts and slower than they. */
const CHUNK_CALLS_IN_FLIGHT = 1;

export function createStages(settings: StageSettings, deps: StageDeps): RunningStages {
  const { friends, timelines, bus, clock, random, log, metrics } = deps;
  const lane = { clock, random, log, callsInFlight: settings.callsInFlight };
  const appending = {
    ...lane,
    entriesPerCall: settings.entriesPerCall,
    onAppended: metrics.appended.bind(metrics),
  };
  const appendPosts = { ...appending, spacingMs: settings.callSpacingMs ?? 0 };
  const appendChunks = new AppendStage(timelines, {
    ...appending,
    callsInFlight: CHUNK_CALLS_IN_FLIGHT,
  });
  const delivery = new DeliveryStage(deps.intervals, clock);
  const friendsStage = createFriendsStage(friends, lane);
  const append = new AppendStage(timelines, appendPosts);
  const cut = createCutStage(friends, bus, lane);
  const chunk = createChunkStage(friends, appendChunks, lane);
  const notify = new NotifyStage(timelines, lane);
  const timed = async <T>(name: Parameters<FanoutMetrics["stage"]>[0], work: Promise<T>) => {
    const startedMs = clock.monotonicMs();
    const result = await work;
    metrics.stage(name, (clock.monotonicMs() - startedMs) / 1_000);
    return result;
  };
  return {
    delivery,
    friends: { push: (author, until) => timed("friends", friendsStage.push(author, until)) },
    append: {
      append: (post, viewers, until) => timed("append", append.append(post, viewers, until)),
    },
    cut: { push: (post, until) => timed("cut", cut.push(post, until)) },
    chunk: { push: (work, until) => timed("chunk", chunk.push(work, until)) },
    notify: { notify: (edge, until) => timed("notify", notify.notify(edge, until)) },
    close: (reason) => {
      for (const stage of [delivery, friendsStage, cut, chunk, append, appendChunks, notify]) {
        stage.close(reason);
      }
    },
  };
}
