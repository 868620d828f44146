import { NOTE_NOTHING, type NoteStep } from "../../model/post-steps.ts";
import type { Clock } from "../../platform/clock/clock.ts";
import type { EventBus } from "../../platform/messaging/bus.ts";
import type { FanoutMetrics } from "../metrics.ts";
import type { Stages } from "../pipeline.ts";
import type { Friends, PulledIntervals, Timelines } from "../ports.ts";
import { AppendStage } from "./append.ts";
import { createChunkStage, createCutStage } from "./chunks.ts";
import { DeliveryStage } from "./delivery.ts";
import { createFriendsStage, type LaneDeps } from "./friends.ts";
import { NotifyStage } from "./notify.ts";
import { Parking } from "./parking.ts";

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
  readonly noteStep?: NoteStep;
}

export interface RunningStages extends Stages {
  /** What was parked goes through these: it waits for its owners. */
  readonly parked: Stages;
  /** Gives back what is in hand, for the reason given. */
  close(reason: unknown): void;
}

/** Chunks append one call at a time to each owner, beside the posts and slower than they. */
const CHUNK_CALLS_IN_FLIGHT = 1;

export function createStages(settings: StageSettings, deps: StageDeps): RunningStages {
  const { friends, timelines, bus, clock, random, log, metrics, noteStep = NOTE_NOTHING } = deps;
  const lane = { clock, random, log, callsInFlight: settings.callsInFlight };
  const waiting = {
    ...lane,
    entriesPerCall: settings.entriesPerCall,
    onAppended: metrics.appended.bind(metrics),
  };
  const parking = new Parking(
    bus,
    () => timelines.owners,
    (post, entries) => {
      metrics.parked(entries);
      noteStep("parked", post, entries);
    },
  );
  const spacingMs = settings.callSpacingMs ?? 0;
  const slowly = { callsInFlight: CHUNK_CALLS_IN_FLIGHT };
  const append = new AppendStage(timelines, { ...waiting, parking, spacingMs });
  const appendChunks = new AppendStage(timelines, { ...waiting, parking, ...slowly });
  const appendParked = new AppendStage(timelines, { ...waiting, spacingMs });
  const notify = new NotifyStage(timelines, { ...lane, parking });
  const notifyParked = new NotifyStage(timelines, lane);
  const delivery = new DeliveryStage(deps.intervals, { clock, log });
  const friendsStage = createFriendsStage(friends, lane);
  const cut = createCutStage(friends, bus, lane);
  const chunk = createChunkStage(friends, appendChunks, lane);
  const stages: Stages = { delivery, friends: friendsStage, append, cut, chunk, notify };
  const parked = { ...stages, append: appendParked, notify: notifyParked };
  const all = [delivery, friendsStage, cut, chunk, append, appendChunks, appendParked];
  return {
    ...timed(stages, clock, metrics),
    parked: timed(parked, clock, metrics),
    close: (reason) => {
      for (const stage of [...all, notify, notifyParked]) stage.close(reason);
    },
  };
}

/** The same stages; how long each takes is counted. */
function timed(stages: Stages, clock: Clock, metrics: FanoutMetrics): Stages {
  const { delivery, friends, append, cut, chunk, notify } = stages;
  const observed = async <T>(name: Parameters<FanoutMetrics["stage"]>[0], work: Promise<T>) => {
    const startedMs = clock.monotonicMs();
    const result = await work;
    metrics.stage(name, (clock.monotonicMs() - startedMs) / 1_000);
    return result;
  };
  return {
    delivery,
    friends: { push: (author, until) => observed("friends", friends.push(author, until)) },
    append: {
      append: (post, viewers, until) => observed("append", append.append(post, viewers, until)),
    },
    cut: { push: (post, until) => observed("cut", cut.push(post, until)) },
    chunk: { push: (work, until) => observed("chunk", chunk.push(work, until)) },
    notify: { notify: (edge, until) => observed("notify", notify.notify(edge, until)) },
  };
}
