import { NOTE_NOTHING, type NoteStep } from "../model/post-steps.ts";
import { traceIdsOf } from "../model/traceparent.ts";
import type { Clock } from "../platform/clock/clock.ts";
import type { BusMessage, EventBus, QueueName } from "../platform/messaging/bus.ts";
import { type BusTracing, beginProcessing } from "../platform/messaging/bus-spans.ts";
import { PARKED_QUEUES } from "../platform/messaging/topics.ts";
import type { Logger } from "../platform/telemetry/logger.ts";
import type { Metrics } from "../platform/telemetry/metrics.ts";
import { FanoutMetrics } from "./metrics.ts";
import { Closing, fanOut, type PipelineOptions, type Stages } from "./pipeline.ts";
import type { Friends, PostToDeliver, PulledIntervals, Timelines, Undelivered } from "./ports.ts";
import { createStages, type StageSettings } from "./stages/create-stages.ts";

export interface WorkerSettings extends StageSettings {
  /** Messages in hand at most, by queue: while targets are down, so many are taken and no more. */
  readonly prefetch: Readonly<Record<"posts" | "chunks" | "friends" | "parked", number>>;
  /** How long a closing worker tries to finish what it has, ms; the rest goes back to the bus. */
  readonly closeMs: number;
}

export interface WorkerDeps {
  readonly bus: EventBus;
  readonly friends: Friends;
  readonly timelines: Timelines;
  readonly intervals: PulledIntervals;
  readonly undelivered: Undelivered;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly noteStep?: NoteStep;
  readonly tracing?: BusTracing | undefined;
}

export interface Worker {
  /** Messages taken from the bus and not settled. */
  readonly inHand: number;
  close(): Promise<void>;
}

/**
 * A message that its targets did not take for so long goes back to its queue, and comes again. RabbitMQ
 * closes the channel of a consumer that holds one for half an hour, and delivers all of them again, while
 * the lanes hold the first copies still: each half hour would add another.
 */
const MAX_HELD_MS = 5 * 60_000;

const QUEUES: readonly (readonly [QueueName, keyof WorkerSettings["prefetch"]])[] = [
  ["posts.fanout", "posts"],
  ["chunks", "chunks"],
  ["edges.fanout", "friends"],
  ...PARKED_QUEUES.map((queue) => [queue, "parked"] as const),
];

/** Consumes its queues until it is closed. */
export function startWorker(settings: WorkerSettings, deps: WorkerDeps): Worker {
  const { bus, clock, log, tracing, noteStep = NOTE_NOTHING } = deps;
  let inHand = 0;
  const metrics = new FanoutMetrics(deps.metrics, () => inHand);
  const stages = createStages(settings, { ...deps, metrics });
  const options: Omit<PipelineOptions, "untilMs"> = {
    noteStep,
    onDelivered: (post) => {
      noteStep("delivered", post);
      delivered(post, clock, log, metrics);
    },
    onGivenUp: (post) => givenUp(post, deps),
  };
  const handle = (queue: QueueName, through: Stages) => async (message: BusMessage) => {
    inHand++;
    try {
      const outcome = await fanOut(message, through, {
        ...options,
        ...(tracing && {
          trace: ({ traceparent = "" }) => beginProcessing(tracing, queue, traceparent),
        }),
        untilMs: clock.monotonicMs() + MAX_HELD_MS,
      });
      metrics.settled(queue, outcome);
      return outcome;
    } finally {
      inHand--;
    }
  };
  const consumers = QUEUES.map(([queue, work]) => {
    const through = work === "parked" ? stages.parked : stages;
    const prefetch = settings.prefetch[work];
    return bus.consume(queue, { prefetch }, handle(queue, through));
  });
  return {
    get inHand() {
      return inHand;
    },
    close: async () => {
      const finished = new AbortController();
      const closed = Promise.all(consumers.map((consumer) => consumer.close()));
      const giveBack = () => stages.close(new Closing());
      clock.delay(settings.closeMs, finished.signal).then(giveBack, () => {});
      await closed;
      finished.abort();
    },
  };
}

/** Its letter says what was wrong; until somebody opens it, readers look for the post. */
async function givenUp(post: PostToDeliver, { undelivered, log }: WorkerDeps): Promise<void> {
  try {
    await undelivered.pull(post);
  } catch (error) {
    const { postId, requestId } = post;
    const what = "a post was given up, and readers could not be told to look for it";
    log.error({ err: error, postId: String(postId), requestId }, what);
  }
}

/** With the request id a post can be followed from the gateway's log to its last append. */
function delivered(post: PostToDeliver, clock: Clock, log: Logger, metrics: FanoutMetrics): void {
  const lagMs = clock.nowMs() - post.createTimeMs;
  const trace_id = traceIdsOf(post.traceparent ?? "")?.traceId;
  if (!post.deleted) metrics.lag(Math.max(0, lagMs) / 1_000, trace_id);
  if (!log.isLevelEnabled("debug")) return;
  const { requestId, postId } = post;
  log.debug({ requestId, trace_id, postId: String(postId), lagMs }, "post delivered");
}
