import { PostPlace, TimelineState } from "#gen/timeline/v1/timeline.ts";
import type { Step } from "../../../services/model/post-steps.ts";

export type PlaceName =
  | "ring"
  | "ring-deleted"
  | "index"
  | "posts"
  | "not-kept"
  | "filling"
  | "missing"
  | "unknown";

interface PlaceWords {
  readonly name: PlaceName;
  /** A page shows the post now: none does when it is deleted. */
  readonly has: boolean;
  readonly why: string;
}

const PLACES: Readonly<Record<PostPlace, PlaceWords>> = {
  [PostPlace.RING]: { name: "ring", has: true, why: "among the entries that are kept" },
  [PostPlace.RING_DELETED]: {
    name: "ring-deleted",
    has: false,
    why: "kept, and marked as deleted",
  },
  [PostPlace.INDEX]: {
    ...{ name: "index", has: true },
    why: "not kept for this viewer: pages take it from the recent index",
  },
  [PostPlace.POSTS]: {
    ...{ name: "posts", has: true },
    why: "below what is kept: pages take it from the posts of friends",
  },
  [PostPlace.NOT_KEPT]: {
    ...{ name: "not-kept", has: false },
    why: "nothing is kept for who does not read: the next read fills the timeline, and finds it",
  },
  [PostPlace.FILLING]: { name: "filling", has: false, why: "the timeline is being filled now" },
  [PostPlace.MISSING]: { name: "missing", has: false, why: "" },
  [PostPlace.UNSPECIFIED]: { name: "unknown", has: false, why: "the owner does not say" },
  [PostPlace.UNRECOGNIZED]: { name: "unknown", has: false, why: "the owner does not say" },
};

/** The same of a post that is deleted, hidden or erased: whoever has not got it is as it should be. */
const PLACES_OF_DELETED: Readonly<Record<PlaceName, string>> = {
  ring: "an entry is kept, and not marked: pages leave it out, for the post is not there",
  "ring-deleted": "kept, and marked as deleted",
  index: "nothing is kept for this viewer, and the recent index gives no deleted post",
  posts: "below what is kept: the posts of friends give no deleted one",
  "not-kept": "nothing is kept for who does not read, and the next read does not find it",
  filling: "the timeline is being filled now; pages leave the post out",
  missing: "not on the timeline, as it should be",
  unknown: "the owner does not say; pages leave the post out",
};

export const STATE_NAMES: Readonly<Record<TimelineState, string>> = {
  [TimelineState.INACTIVE]: "inactive",
  [TimelineState.FILLING]: "filling",
  [TimelineState.COMPLETE]: "complete",
  [TimelineState.UNSPECIFIED]: "unknown",
  [TimelineState.UNRECOGNIZED]: "unknown",
};

/** What is known of a post that is on its way, to say why somebody has not got it. */
export interface OnItsWay {
  /** The post service gives it to nobody any more. */
  readonly isDeleted: boolean;
  readonly letterCount: number;
  /** Which of the steps on it are remembered. */
  readonly steps: ReadonlySet<Step>;
  /** Workers that do not answer: what they have in hand, they alone know. */
  readonly silentWorkers: readonly string[];
  /** The posts that its worker's queue has, taken or not; undefined: it is not known. */
  readonly queued: number | undefined;
}

/** Where posts wait for a worker. */
export const POST_QUEUE = "posts.fanout";

/** The words for a place. Of what is missing, why it most likely is. */
export function wordsOf(place: PostPlace, way: OnItsWay): PlaceWords {
  const words = PLACES[place];
  if (way.isDeleted) return { ...words, has: false, why: PLACES_OF_DELETED[words.name] };
  return words.name === "missing" ? { ...words, why: whyMissing(way) } : words;
}

/** A rebuild is advised when the steps are over, and not while it may still come. */
function whyMissing(way: OnItsWay): string {
  const { letterCount, steps, silentWorkers } = way;
  if (letterCount > 0) return "it was given up on its way: see the dead letters";
  if (steps.has("parked")) return "its owner took nothing, and it waits in a queue of its own";
  if (steps.has("delivered"))
    return "friends since it was delivered, or lost: a rebuild of the timeline mends it";
  if (steps.has("stored") && !steps.has("relayed") && !steps.has("taken"))
    return "it is stored, and not on the bus yet: its relay has it";
  if (silentWorkers.length > 0) return whySilent(way);
  if (steps.has("taken")) return "it is on its way: a worker has it in hand";
  if (steps.has("relayed")) return `no worker has taken it yet: it waits in ${depthOf(way)}`;
  return whyForgotten(way);
}

function whySilent(way: OnItsWay): string {
  const { steps, silentWorkers } = way;
  const who = `${silentWorkers.join(", ")} ${silentWorkers.length === 1 ? "does" : "do"} not answer`;
  if (steps.has("taken")) return `it is on its way: a worker has it in hand; ${who}`;
  if (steps.has("appended")) return `${who}, and had it in hand: others have it already`;
  return `${who}; the post waits in ${depthOf(way)}`;
}

function whyForgotten({ queued }: OnItsWay): string {
  if (queued === undefined)
    return `no step is remembered, and ${POST_QUEUE} does not say its length`;
  if (queued > 0) return `no step is remembered; it may be among what waits in ${POST_QUEUE}`;
  return "no step is remembered, and nothing waits: a rebuild of the timeline mends it";
}

function depthOf({ queued }: OnItsWay): string {
  if (queued === undefined) return POST_QUEUE;
  return `${POST_QUEUE} (${queued} ${queued === 1 ? "message" : "messages"})`;
}
