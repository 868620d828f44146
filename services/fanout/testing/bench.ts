import { Event } from "#gen/event/v1/event.ts";
import { until } from "../../../test/support/until.ts";
import { type PostId, postIdOf, type UserId, userIdOf } from "../../model/ids.ts";
import { type PulledIntervals, settledIntervals } from "../../model/pulled/pulled-table.ts";
import { ManualClock } from "../../platform/clock/manual-clock.ts";
import type { Destination, QueueName } from "../../platform/messaging/bus.ts";
import { LocalBus } from "../../platform/messaging/embedded/local-bus.ts";
import { memoryQueueStorage } from "../../platform/messaging/embedded/memory-queue-store.ts";
import { PARKED_QUEUES, WORK_QUEUES } from "../../platform/messaging/topics.ts";
import { createLogger } from "../../platform/telemetry/logger.ts";
import { createMetrics } from "../../platform/telemetry/metrics.ts";
import type { Undelivered } from "../ports.ts";
import { startWorker, type Worker, type WorkerSettings } from "../worker.ts";
import { FakeFriends, FakeTimelines, ownersInTurn } from "./fakes.ts";

const SHAPE = { topics: ["posts", "edges"], queues: WORK_QUEUES } as const;
const log = createLogger("test", "silent");

export const CLOSE_MS = 1_000;

/** A worker with everything around it in memory, on a clock that stands still. */
export class Workbench {
  readonly clock = new ManualClock();
  readonly friends = new FakeFriends();
  readonly timelines = new FakeTimelines(ownersInTurn("a", "b", "c"));
  /** What the worker's copy of the table says; a test may bring another one. */
  intervals: PulledIntervals = settledIntervals();
  readonly metrics = createMetrics("test");
  /** Posts that readers were told to look for. */
  readonly lookedFor: PostId[] = [];
  readonly bus: LocalBus;
  readonly worker: Worker;

  constructor(settings: Partial<WorkerSettings> = {}) {
    const { clock, friends, timelines, metrics } = this;
    const random = () => 0.5;
    const limits = { maxMessages: 10_000, maxOptionalMessages: 10_000 };
    this.bus = new LocalBus(SHAPE, memoryQueueStorage(), { clock, random, log, ...limits });
    const current = () => this.intervals;
    const intervals: PulledIntervals = {
      get table() {
        return current().table;
      },
      through: (...asked) => current().through(...asked),
    };
    const standard = {
      entriesPerCall: 2_000,
      callsInFlight: 2,
      prefetch: { posts: 100, chunks: 4, friends: 100, parked: 100 },
      closeMs: CLOSE_MS,
    };
    const undelivered: Undelivered = {
      pull: async ({ postId }) => void this.lookedFor.push(postId),
    };
    const deps = {
      bus: this.bus,
      friends,
      timelines,
      intervals,
      undelivered,
      clock,
      random,
      log,
      metrics,
    };
    this.worker = startWorker({ ...standard, ...settings }, deps);
  }

  async post(postId: number, authorId: number, deleted = false): Promise<PostId> {
    const value = {
      postId: BigInt(postId),
      authorId: BigInt(authorId),
      createTimeMs: BigInt(this.clock.nowMs()),
      deleted,
    };
    await this.publish("posts", { event: { $case: "post", value }, requestId: `r${postId}` });
    return postIdOf(postId);
  }

  async publish(queue: Destination, event: Omit<Event, "messageId">): Promise<void> {
    await this.bus.publish(queue, [
      Event.encode({ ...event, messageId: Buffer.alloc(0) }).finish(),
    ]);
  }

  depth(queue: QueueName) {
    return this.bus.queue(queue).depth;
  }

  /** Messages that wait for owners who could not take them. */
  get parkedCount(): number {
    return PARKED_QUEUES.reduce((sum, queue) => {
      const { ready, unsettled } = this.depth(queue);
      return sum + ready + unsettled;
    }, 0);
  }

  /** Nothing waits and nothing is in hand, but for dead letters. */
  get isQuiet(): boolean {
    const working = this.bus.queues
      .filter(({ name }) => name !== "dead-letters")
      .map(({ depth }) => depth);
    return (
      this.worker.inHand === 0 && working.every(({ ready, unsettled }) => ready + unsettled === 0)
    );
  }
}

/** Ids from 1 to `count`, each `step` apart. */
export function ids(count: number, step = 1): bigint[] {
  return Array.from({ length: count }, (_, i) => BigInt((i + 1) * step));
}

export function user(id: number): UserId {
  return userIdOf(id);
}

/** Lets back-offs pass, one after the other, until the worker is quiet. */
export async function runUntil(work: Workbench, isDone: () => boolean): Promise<void> {
  await until(async () => {
    if (work.clock.sleeperCount > 0) await work.clock.advance(10_000);
    return isDone();
  });
}
