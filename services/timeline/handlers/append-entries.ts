import type { AppendEntriesResponse } from "#gen/timeline/v1/timeline.ts";
import { NOTE_NOTHING, type NoteStep } from "../../model/post-steps.ts";
import { traceIdsOf } from "../../model/traceparent.ts";
import { decodeAppendEntries } from "../../model/wire/append-entries.ts";
import { WireError } from "../../model/wire/id-pairs.ts";
import type { Call } from "../../platform/grpc/call.ts";
import { invalidArgument, NOT_OWNER, unavailable } from "../../platform/grpc/errors/errors.ts";
import type { Logger } from "../../platform/telemetry/logger.ts";
import { type DeletionSources, deletionsAmong } from "../domain/recent/known-deletions.ts";
import type { TracedPosts } from "../domain/watch/traced-posts.ts";
import type { AppendBatch, EntryStore, Ownership } from "../ports.ts";
import { requireOwnedPairs } from "./owned-viewer.ts";

export interface AppendEntriesDeps extends DeletionSources {
  readonly store: EntryStore;
  readonly ownership: Ownership;
  /** Seconds from a post's acknowledgement until its entries can be read. */
  readonly lag: { observe(seconds: number, count?: number, traceId?: string): void };
  readonly noteStep?: NoteStep;
  /** The service's: a post has the ids of its own request, not those of the call that brings it. */
  readonly log: Logger;
  readonly tracedPosts?: TracedPosts | undefined;
}

/** Takes the request as bytes: an error while decoding is then the caller's, with its field. */
export function appendEntries(deps: AppendEntriesDeps) {
  const { store, ownership } = deps;
  return async (bytes: Buffer, call: Call): Promise<AppendEntriesResponse> => {
    const batch = decode(bytes);
    for (const { viewers } of batch.appends) requireOwnedPairs(ownership, viewers);
    const term = ownership.term();
    // Before the store tells the streams.
    const spans = deps.tracedPosts?.begin(batch.appends, call) ?? [];
    const counts = await store.append(batch);
    const known = deletionsAmong(batch, deps);
    const deletions = known instanceof Promise ? await known : known;
    if (deletions) await store.append(deletions);
    for (const span of spans) span.end();
    if (ownership.term() !== term) throw movedMeanwhile();
    observe(deps, batch);
    return {
      appendedCount: counts.appended,
      duplicateCount: counts.duplicates,
      droppedCount: counts.dropped,
      deactivatedCount: counts.deactivated,
    };
  };
}

function decode(bytes: Buffer): AppendBatch {
  try {
    return decodeAppendEntries(bytes);
  } catch (error) {
    throw error instanceof WireError ? invalidArgument(error.field, error.problem) : error;
  }
}

/** The write is durable here, but a new owner may not have seen it: the caller sends it again. */
export function movedMeanwhile(): Error {
  return unavailable("a shard has left this process during the write; send it again", {
    reason: NOT_OWNER,
  });
}

function observe(
  { clock, lag, log, noteStep = NOTE_NOTHING }: AppendEntriesDeps,
  { appends }: AppendBatch,
): void {
  const nowMs = clock.nowMs();
  for (const post of appends) noteStep("appended", post, post.viewers.length / 2);
  for (const { createTimeMs, deleted, traceparent } of appends) {
    if (deleted || createTimeMs === 0) continue;
    const traceId = traceparent && traceIdsOf(traceparent)?.traceId;
    lag.observe(Math.max(0, nowMs - createTimeMs) / 1_000, 1, traceId);
  }
  if (!log.isLevelEnabled("debug")) return;
  for (const { postId, requestId, traceparent = "", viewers } of appends) {
    const trace_id = traceIdsOf(traceparent)?.traceId;
    const post = { postId: String(postId), requestId, trace_id, viewerCount: viewers.length / 2 };
    log.debug(post, "appended");
  }
}
