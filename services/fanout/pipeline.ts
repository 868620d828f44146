import { NOTE_NOTHING, type NoteStep } from "../model/post-steps.ts";
import { ACK, type BusMessage, type Outcome, REQUEUE } from "../platform/messaging/bus.ts";
import type { Span } from "../platform/telemetry/tracing/tracer.ts";
import type { PostToDeliver } from "./ports.ts";
import type { AppendStage } from "./stages/append.ts";
import type { ChunkStage, CutStage } from "./stages/chunks.ts";
import type { DeliveryStage } from "./stages/delivery.ts";
import type { FriendsStage } from "./stages/friends.ts";
import { HeldTooLong, MessageFailure } from "./stages/lane-options.ts";
import type { NotifyStage } from "./stages/notify.ts";
import { receive, type Work } from "./stages/receive.ts";

export interface Stages {
  readonly delivery: Pick<DeliveryStage, "isPushed">;
  readonly friends: Pick<FriendsStage, "push">;
  readonly append: Pick<AppendStage, "append">;
  readonly cut: Pick<CutStage, "push">;
  readonly chunk: Pick<ChunkStage, "push">;
  readonly notify: Pick<NotifyStage, "notify">;
}

export interface PipelineOptions {
  /** Until when the message may be held, monotonic ms; then it goes back to its queue. */
  readonly untilMs: number;
  /** A post did not reach all of its friends, and goes to the dead letters. */
  readonly onGivenUp?: (post: PostToDeliver) => Promise<void>;
  /** The post is durable on every timeline it was to reach from here. */
  readonly onDelivered?: (post: PostToDeliver) => void;
  readonly noteStep?: NoteStep;
  /** Of a post that is traced: its span here, which is ended with the outcome. */
  readonly trace?: (post: PostToDeliver) => Span | undefined;
}

/** The worker is closing: what is in hand goes back to its queue. */
export class Closing extends Error {
  override readonly name = "Closing";
}

/**
 * A message through all stages: receive -> delivery -> friends -> batches -> append -> ack. Its outcome is known
 * only when all that follows from it is durable; until then it stays on the bus.
 */
export async function fanOut(
  message: Pick<BusMessage, "payload">,
  stages: Stages,
  options: PipelineOptions,
): Promise<Outcome> {
  let work: Work | undefined;
  let span: Span | undefined;
  try {
    work = receive(message.payload);
    if (work.kind !== "edge" && work.post.traceparent) {
      span = options.trace?.(work.post);
      if (span) work = { ...work, post: { ...work.post, traceparent: span.traceparent } };
    }
    await perform(work, stages, options);
    span?.end();
    return ACK;
  } catch (error) {
    span?.end((error as Error).name);
    if (error instanceof Closing || error instanceof HeldTooLong) return REQUEUE;
    if (!(error instanceof MessageFailure)) throw error;
    // A deletion is a hint: who resolves the text knows.
    if (work && work.kind !== "edge") options.noteStep?.("given-up", work.post);
    if (work && work.kind !== "edge" && !work.post.deleted) await options.onGivenUp?.(work.post);
    return { kind: "drop", reason: error.message };
  }
}

async function perform(work: Work, stages: Stages, options: PipelineOptions): Promise<void> {
  if (work.kind === "post") return deliverPost(work.post, stages, options);
  if (work.kind === "edge") return stages.notify.notify(work.edge, options.untilMs);
  const { untilMs } = options;
  if (work.kind === "parked") {
    await stages.append.append(work.post, work.viewers, untilMs);
    options.onDelivered?.(work.post);
    return;
  }
  await stages.chunk.push({ post: work.post, range: work.range, untilMs }, untilMs);
  options.onDelivered?.(work.post);
}

async function deliverPost(
  post: PostToDeliver,
  { delivery, friends, append, cut }: Stages,
  { onDelivered, untilMs, noteStep = NOTE_NOTHING }: PipelineOptions,
): Promise<void> {
  noteStep("taken", post);
  if (!(await delivery.isPushed(post, untilMs))) {
    noteStep("left-to-readers", post);
    return;
  }
  const author = await friends.push(post.authorId, untilMs);
  if (author.kind === "long") {
    await cut.push(post, untilMs);
    noteStep("chunked", post, author.friendCount);
    return;
  }
  noteStep("cut", post, author.friends.length / 2);
  await append.append(post, author.friends, untilMs);
  onDelivered?.(post);
}
