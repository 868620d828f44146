import { PostPlace, TimelineState } from "#gen/timeline/v1/timeline.ts";

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
  /** A page shows the post now. */
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

export const STATE_NAMES: Readonly<Record<TimelineState, string>> = {
  [TimelineState.INACTIVE]: "inactive",
  [TimelineState.FILLING]: "filling",
  [TimelineState.COMPLETE]: "complete",
  [TimelineState.UNSPECIFIED]: "unknown",
  [TimelineState.UNRECOGNIZED]: "unknown",
};

/** What is known of a post that is on its way, to say why somebody has not got it. */
export interface OnItsWay {
  readonly letterCount: number;
  readonly isParked: boolean;
  readonly isDelivered: boolean;
  /** Its worker is known to have it, or to have had it. */
  readonly isTaken: boolean;
}

/** The words for a place. Of what is missing, why it most likely is. */
export function wordsOf(place: PostPlace, way: OnItsWay): PlaceWords {
  const words = PLACES[place];
  return words.name === "missing" ? { ...words, why: whyMissing(way) } : words;
}

function whyMissing({ letterCount, isParked, isDelivered, isTaken }: OnItsWay): string {
  if (letterCount > 0) return "it was given up on its way: see the dead letters";
  if (isParked) return "its owner took nothing, and it waits in a queue of its own";
  if (isTaken && !isDelivered) return "it is on its way: a worker has it in hand";
  if (isDelivered)
    return "friends since it was delivered, or lost: a rebuild of the timeline mends it";
  return "no step is remembered: a rebuild of the timeline mends it, if anything is wrong";
}
