import {
  degradedReasonToJSON,
  EntrySource,
  type InspectTimelineResponse,
  TimelineState,
} from "#gen/timeline/v1/timeline.ts";
import { postTimeMs } from "../../services/model/ids.ts";
import { shardOf } from "../../services/model/shards.ts";

const DAY_MS = 86_400_000;
const STATE_NAMES: Readonly<Record<TimelineState, string>> = {
  [TimelineState.UNRECOGNIZED]: "unknown",
  [TimelineState.UNSPECIFIED]: "unknown",
  [TimelineState.INACTIVE]: "inactive: nothing is kept, the next read fills it",
  [TimelineState.FILLING]: "being filled",
  [TimelineState.COMPLETE]: "complete",
};
const SOURCE_NAMES: Readonly<Record<EntrySource, string>> = {
  [EntrySource.UNRECOGNIZED]: "unknown",
  [EntrySource.UNSPECIFIED]: "unknown",
  [EntrySource.RING]: "ring",
  [EntrySource.INDEX]: "recent index",
  [EntrySource.POSTS]: "posts (cold scroll)",
};
const NAME_WIDTH = 12;
const ID_WIDTH = 20;

/** An inspected timeline, for people. */
export function inspectionText(
  viewer: bigint,
  owner: string,
  found: InspectTimelineResponse,
): string {
  const isComplete = found.state === TimelineState.COMPLETE;
  const facts: readonly (readonly [name: string, value: string])[] = [
    ["viewer", `${viewer}, of shard ${shardOf(viewer)}, at ${owner}`],
    ["state", STATE_NAMES[found.state]],
    ["floor", isComplete ? placeText(found.floorPostId) : "none"],
    ["in memory", heldText(found, isComplete)],
    ["last read", found.lastReadDay === 0 ? "not known" : dayText(found.lastReadDay)],
    ["friends", found.friendCount < 0 ? "not in memory" : String(found.friendCount)],
    ["index", indexText(found)],
  ];
  const lines = facts.map(([name, value]) => `${name.padEnd(NAME_WIDTH)}${value}`);
  const rows = found.entries.map(({ postId, authorId, createTimeMs, source }) =>
    [
      String(postId).padEnd(ID_WIDTH),
      String(authorId).padEnd(ID_WIDTH),
      timeText(Number(createTimeMs)),
      ` ${SOURCE_NAMES[source]}`,
    ].join(" "),
  );
  const degraded = found.degraded.map(degradedReasonToJSON).join(", ");
  const end = found.nextPageToken === "" ? "the feed ends here" : `--token ${found.nextPageToken}`;
  const more = `${"more".padEnd(NAME_WIDTH)}${end}`;
  const lacks = `${"degraded".padEnd(NAME_WIDTH)}${degraded || "no"}`;
  return [...lines, "", ...rows, "", lacks, more].join("\n");
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
