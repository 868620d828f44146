import {
  degradedReasonToJSON,
  EntrySource,
  type InspectTimelineResponse,
  TimelineState,
} from "#gen/timeline/v1/timeline.ts";
import { postTimeMs } from "../../services/model/ids.ts";
import { shardOf } from "../../services/model/shards.ts";

/** An inspected timeline as it is told, by the command and by the console. */
export interface Inspection {
  readonly viewer_id: string;
  readonly shard: number;
  readonly owner: string;
  readonly state: "unknown" | "inactive" | "filling" | "complete";
  /** What is known of it, in words: names and values. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly entries: readonly InspectedEntry[];
  readonly degraded: readonly string[];
  /** "": the feed ends here. */
  readonly next_page_token: string;
}

export interface InspectedEntry {
  readonly post_id: string;
  readonly author_id: string;
  readonly create_time: string;
  /** Where the entry lies. */
  readonly source: string;
}

const DAY_MS = 86_400_000;
const STATES: Readonly<Record<TimelineState, Inspection["state"]>> = {
  [TimelineState.UNRECOGNIZED]: "unknown",
  [TimelineState.UNSPECIFIED]: "unknown",
  [TimelineState.INACTIVE]: "inactive",
  [TimelineState.FILLING]: "filling",
  [TimelineState.COMPLETE]: "complete",
};
const STATE_WORDS: Readonly<Record<Inspection["state"], string>> = {
  unknown: "unknown",
  inactive: "inactive: nothing is kept, the next read fills it",
  filling: "being filled",
  complete: "complete",
};
const SOURCE_NAMES: Readonly<Record<EntrySource, string>> = {
  [EntrySource.UNRECOGNIZED]: "unknown",
  [EntrySource.UNSPECIFIED]: "unknown",
  [EntrySource.RING]: "ring",
  [EntrySource.INDEX]: "recent index",
  [EntrySource.POSTS]: "posts (cold scroll)",
};

/** What its owner answered, in words. */
export function inspectionOf(
  viewer: bigint,
  owner: string,
  found: InspectTimelineResponse,
): Inspection {
  const state = STATES[found.state];
  const isComplete = state === "complete";
  return {
    viewer_id: String(viewer),
    shard: shardOf(viewer),
    owner,
    state,
    facts: [
      ["viewer", `${viewer}, of shard ${shardOf(viewer)}, at ${owner}`],
      ["state", STATE_WORDS[state]],
      ["floor", isComplete ? placeText(found.floorPostId) : "none"],
      ["in memory", heldText(found, isComplete)],
      ["last read", found.lastReadDay === 0 ? "not known" : dayText(found.lastReadDay)],
      ["friends", found.friendCount < 0 ? "not in memory" : String(found.friendCount)],
      ["index", indexText(found)],
    ],
    entries: found.entries.map(({ postId, authorId, createTimeMs, source }) => ({
      post_id: String(postId),
      author_id: String(authorId),
      create_time: timeText(Number(createTimeMs)),
      source: SOURCE_NAMES[source],
    })),
    degraded: found.degraded.map(degradedReasonToJSON),
    next_page_token: found.nextPageToken,
  };
}

function heldText(found: InspectTimelineResponse, isComplete: boolean): string {
  const count = `${found.entryCount} entries`;
  if (!isComplete || found.readableFromPostId === found.floorPostId) return count;
  return `${count}, down to ${placeText(found.readableFromPostId)}`;
}

function indexText({ indexSincePostId, indexBehindMs }: InspectTimelineResponse): string {
  if (indexSincePostId === 0n) return "none, or nothing read yet";
  return `from ${placeText(indexSincePostId)} on; had all of the log ${indexBehindMs} ms ago`;
}

function placeText(post: bigint): string {
  return `post ${post} (${timeText(postTimeMs(post))})`;
}

function timeText(timeMs: number): string {
  return new Date(timeMs).toISOString();
}

function dayText(day: number): string {
  return timeText(day * DAY_MS).slice(0, 10);
}
