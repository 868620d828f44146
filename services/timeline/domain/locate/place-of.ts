import type { TimelineState } from "../../ports.ts";

/** Where a post stands on one timeline; see PostPlace in the proto. */
export type Place =
  | "ring"
  | "ring-deleted"
  | "index"
  | "posts"
  | "not-kept"
  | "filling"
  | "missing";

export interface Sight {
  readonly postId: bigint;
  readonly state: TimelineState;
  /** What is held of it in the viewer's ring. */
  readonly held: "there" | "deleted" | "not there";
  /** It was not pushed: its readers fetch it. */
  readonly isPulled: boolean;
  /** From this post id on the index has everyone's posts; undefined: there is no index. */
  readonly indexSince: bigint | undefined;
}

/** Where a page would have the post from, or why it would not. */
export function placeOf({ postId, state, held, isPulled, indexSince }: Sight): Place {
  if (held !== "not there") return held === "there" ? "ring" : "ring-deleted";
  const elsewhere = indexSince !== undefined && postId >= indexSince ? "index" : "posts";
  if (isPulled) return elsewhere;
  if (state.kind !== "complete") return state.kind === "filling" ? "filling" : "not-kept";
  return postId < (state.readableFrom ?? state.floor) ? elsewhere : "missing";
}
