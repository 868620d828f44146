import type { WatchTimelineResponse } from "#gen/timeline/v1/timeline.ts";
import type { Clock } from "../platform/clock/clock.ts";
import type { Logger } from "../platform/telemetry/logger.ts";
import type { Span, Tracer } from "../platform/telemetry/tracing/tracer.ts";
import type { EventWriter } from "./http/streams/event-writer.ts";
import type { CallContext, Posts } from "./ports.ts";
import { eventsOf } from "./stream-events.ts";

export type Messages = AsyncIterator<WatchTimelineResponse>;

/** How long the answer's head waits for the first page, which may be an error with a status of its own. */
const FIRST_PAGE_WAIT_MS = 1_000;

/**
 * The first message, not awaited: asked for, and given a moment in which to fail. Throws when it does.
 */
export async function firstMessage(messages: Messages, clock: Clock, signal: AbortSignal) {
  const first = messages.next();
  await Promise.race([first, clock.delay(FIRST_PAGE_WAIT_MS, signal)]);
  return { first };
}

export interface PumpOptions {
  readonly posts: Posts;
  /** A message has the time of a request for its posts. */
  readonly startCall: () => CallContext;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** The posts of a message are on their way to the reader. */
  readonly onShown: (posts: WatchTimelineResponse["entries"]) => void;
  readonly tracer?: Tracer | undefined;
}

/** The last of a post's way: to a reader who looks on. */
function beginSpans(tracer: Tracer, entries: WatchTimelineResponse["entries"]): readonly Span[] {
  return entries.flatMap(({ postId, traceParent }) => {
    if (!traceParent) return [];
    const attributes = { "tidings.post.id": String(postId) };
    const plan = {
      name: "stream entry",
      kind: "producer",
      parent: traceParent,
      attributes,
    } as const;
    return tracer.begin(plan) ?? [];
  });
}

/** Writes the events of each message until the source, the reader or the signal ends it. */
export async function pump(
  first: ReturnType<Messages["next"]>,
  messages: Messages,
  writer: EventWriter,
  { posts, startCall, log, signal, onShown, tracer }: PumpOptions,
): Promise<void> {
  try {
    for (let next = await first; !next.done; next = await messages.next()) {
      const spans = tracer ? beginSpans(tracer, next.value.entries) : [];
      const [first] = spans;
      const call = first ? { ...startCall(), traceparent: first.traceparent } : startCall();
      const events = await eventsOf(next.value, posts, call, log);
      const isTaken = events === "" || (await writer.write(events, signal));
      for (const span of spans) span.end(isTaken ? undefined : "reader_gone");
      if (!isTaken) return;
      onShown(next.value.entries);
    }
    writer.end("the stream has reached its age");
  } catch (error) {
    // The head is out, with status 200: only a comment can still say what happened.
    if (signal.aborted) return writer.end(String(signal.reason));
    log.warn({ err: error }, "a stream lost its source");
    writer.end("the timeline cannot be followed now");
  }
}

/** Lets go of the source, which gives back its connection's place; whatever it still waits for. */
export function leave(messages: Messages): void {
  // It may fail while it is being dropped: there is nobody left to tell.
  messages.return?.().catch(() => {});
}

/** Ends the stream with a reason after `ms`, unless it ends before. */
export function endAfter(ms: number, reason: string, abort: AbortController, clock: Clock): void {
  clock.delay(ms, abort.signal).then(
    () => abort.abort(reason),
    () => {},
  );
}

/** Writes a heartbeat every so often, until the stream ends. */
export async function beat(
  everyMs: number,
  writer: EventWriter,
  signal: AbortSignal,
  clock: Clock,
): Promise<void> {
  while (!signal.aborted) {
    await clock.delay(everyMs, signal).catch(() => {});
    if (!signal.aborted) writer.heartbeat();
  }
}
