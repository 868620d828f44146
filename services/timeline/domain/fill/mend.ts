import type { UserId } from "../../../model/ids.ts";
import { deletedApart, heldOf, markDeleted } from "./deleted-apart.ts";
import { type FillDeps, from } from "./fill.ts";
import { overtaken } from "./overtaken.ts";
import { pullToFloor } from "./pull.ts";

/**
 * Brings a complete timeline's entries of these authors to what their posts say, down to its floor: what is
 * missing comes, what is held and is no more is marked. Durable when it resolves; the timeline is served
 * meanwhile. Throws FillFailed, and may be repeated.
 */
export async function mend(
  deps: FillDeps,
  viewer: UserId,
  authors: readonly UserId[],
): Promise<void> {
  const { store, clock } = deps;
  const sinceMs = clock.monotonicMs();
  const state = store.state(viewer);
  if (state.kind !== "complete") return;
  const held = await from("store", heldOf(store, viewer, authors));
  const pulled = await from("posts", pullToFloor(deps, authors, state.floor));
  const gone = await from("posts", deletedApart(deps, held, pulled));
  await from("store", store.addEntries(viewer, pulled.entries));
  const late = await from("store", overtaken(deps, viewer, authors, sinceMs));
  await from("store", markDeleted(store, viewer, [...gone, ...late]));
}

/** The same of all friends, as the graph has them now: a rebuild without emptying first. */
export async function mendAll(deps: FillDeps, viewer: UserId): Promise<void> {
  const friends = await from("friends", deps.friendSets.reload(viewer));
  await mend(deps, viewer, friends.slice(0, friends.size));
}
