import type { UserId } from "../../../model/ids.ts";
import type { EntryKey, EntryStore } from "../../ports.ts";
import type { RecentPull } from "../recent/recent-pull.ts";
import { heldOf } from "./deleted-apart.ts";

export interface OvertakenSources {
  readonly store: Pick<EntryStore, "load" | "read" | "append">;
  readonly recent?: RecentPull | undefined;
}

/**
 * The entries held of these authors whose posts are deleted, as far as the index knows, once it has read what the log
 * had at `sinceMs` (monotonic).
 *
 * A deletion is told to who is a friend and active then. Whoever has become so since, at `sinceMs`, may be sent the
 * post's creation late; what comes while the index has not read the deletion is found here, and what comes later is
 * found when it comes (recent/known-deletions.ts). Without an index nothing is known.
 */
export async function overtaken(
  { store, recent }: OvertakenSources,
  viewer: UserId,
  authors: readonly UserId[],
  sinceMs: number,
): Promise<readonly EntryKey[]> {
  if (!recent) return [];
  await recent.caughtUp(sinceMs);
  return (await heldOf(store, viewer, authors)).filter((entry) => recent.isDeleted(entry));
}
