import type { WatchTimelineRequest, WatchTimelineResponse } from "#gen/timeline/v1/timeline.ts";
import type { Clock } from "../../platform/clock/clock.ts";
import { type DomainCode, DomainError } from "../../platform/grpc/errors/errors.ts";

export type Messages = AsyncIterator<WatchTimelineResponse>;

export interface Opened {
  readonly first: IteratorResult<WatchTimelineResponse>;
  readonly messages: Messages;
}

export interface ResumeDeps {
  /** Opens the stream at whoever owns the timeline now, and waits for its first message. */
  readonly open: (request: WatchTimelineRequest) => Promise<Opened>;
  readonly clock: Clock;
  /** 0 up to 1: spreads those who lost one connection together. */
  readonly random: () => number;
  /** The reader has gone. */
  readonly signal: AbortSignal;
}

/** Without a stream for so long, the reader is told, ms: longer than a shard takes to find a new owner. */
const MAX_GAP_MS = 30_000;
const FIRST_WAIT_MS = 100;
const MAX_WAIT_MS = 2_000;

/** What ends a stream and says nothing against the next one. */
const RESUMABLE: ReadonlySet<DomainCode> = new Set([
  "UNAVAILABLE",
  "CANCELLED",
  "DEADLINE_EXCEEDED",
  "RESOURCE_EXHAUSTED",
]);

/**
 * A timeline followed through owners that go, connections that break and streams that reach their
 * age: each is opened again behind the newest entry that was given, so nothing is missed; what is
 * given twice is the reader's to drop. An error before the first message is the caller's.
 */
export async function* resumedWatch(
  request: WatchTimelineRequest,
  deps: ResumeDeps,
): AsyncGenerator<WatchTimelineResponse> {
  let { resumeCursor } = request;
  let newest = 0n;
  let opened = await deps.open(request);
  let waitMs = FIRST_WAIT_MS;
  for (;;) {
    const openedMs = deps.clock.monotonicMs();
    try {
      for (let next = opened.first; !next.done; next = await opened.messages.next()) {
        if (newest === 0n) resumeCursor = next.value.resumeCursor ?? resumeCursor;
        for (const { postId, cursor } of next.value.entries) {
          if (postId <= newest) continue;
          newest = postId;
          resumeCursor = cursor;
        }
        yield next.value;
      }
    } catch (error) {
      if (deps.signal.aborted || !isResumable(error)) throw error;
    } finally {
      await opened.messages.return?.();
    }
    // A stream that ends as soon as it is open is as good as none.
    const hasLasted = deps.clock.monotonicMs() - openedMs > MAX_WAIT_MS;
    waitMs = hasLasted ? FIRST_WAIT_MS : longer(waitMs);
    opened = await reopen({ ...request, resumeCursor }, waitMs, deps);
  }
}

async function reopen(
  request: WatchTimelineRequest,
  firstWaitMs: number,
  deps: ResumeDeps,
): Promise<Opened> {
  const { open, clock, random, signal } = deps;
  const endsMs = clock.monotonicMs() + MAX_GAP_MS;
  for (let waitMs = firstWaitMs; ; waitMs = longer(waitMs)) {
    await clock.delay(waitMs * random(), signal);
    try {
      return await open(request);
    } catch (error) {
      if (signal.aborted || !isResumable(error) || clock.monotonicMs() >= endsMs) throw error;
    }
  }
}

function longer(waitMs: number): number {
  return Math.min(2 * waitMs, MAX_WAIT_MS);
}

function isResumable(error: unknown): boolean {
  return error instanceof DomainError && RESUMABLE.has(error.code);
}
