import type { AppendEntriesResponse } from "#gen/timeline/v1/timeline.ts";
import { NOTE_NOTHING, type NoteStep } from "../../model/post-steps.ts";
import { decodeAppendEntries } from "../../model/wire/append-entries.ts";
import { WireError } from "../../model/wire/id-pairs.ts";
import type { Call } from "../../platform/grpc/call.ts";
import { invalidArgument, NOT_OWNER, unavailable } from "../../platform/grpc/errors/errors.ts";
import { type DeletionSources, withKnownDeletions } from "../domain/recent/known-deletions.ts";
import type { AppendBatch, EntryStore, Ownership } from "../ports.ts";
import { requireOwnedPairs } from "./owned-viewer.ts";

export interface AppendEntriesDeps extends DeletionSources {
  readonly store: EntryStore;
  readonly ownership: Ownership;
  /** Seconds from a post's acknowledgement until its entries can be read. */
  readonly lag: { observe(seconds: number): void };
  readonly noteStep?: NoteStep;
}

/** Takes the request as bytes: an error while decoding is then the caller's, with its field. */
export function appendEntries(deps: AppendEntriesDeps) {
  const { store, ownership } = deps;
  return async (bytes: Buffer, call: Call): Promise<AppendEntriesResponse> => {
    const known = withKnownDeletions(decode(bytes), deps);
    const batch = known instanceof Promise ? await known : known;
    for (const { viewers } of batch.appends) requireOwnedPairs(ownership, viewers);
    const term = ownership.term();
    const counts = await store.append(batch);
    if (ownership.term() !== term) throw movedMeanwhile();
    observe(deps, batch, call);
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
  { clock, lag, noteStep = NOTE_NOTHING }: AppendEntriesDeps,
  { appends }: AppendBatch,
  call: Call,
): void {
  const nowMs = clock.nowMs();
  for (const post of appends) noteStep("appended", post, post.viewers.length / 2);
  for (const { createTimeMs, deleted } of appends) {
    if (!deleted && createTimeMs > 0) lag.observe(Math.max(0, nowMs - createTimeMs) / 1_000);
  }
  if (!call.log.isLevelEnabled("debug")) return;
  for (const { postId, requestId, viewers } of appends) {
    const post = { postId: String(postId), requestId, viewerCount: viewers.length / 2 };
    call.log.debug(post, "appended");
  }
}
