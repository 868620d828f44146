import type { UserId } from "../../../model/ids.ts";
import type { Clock } from "../../../platform/clock/clock.ts";
import type { EntryStore } from "../../ports.ts";
import type { Fills } from "../fill/fills.ts";
import type { FriendSet } from "../friends/friend-set.ts";
import type { FriendSets } from "../friends/friend-sets.ts";
import type { PageSources } from "../page/source.ts";

export interface KeepFilledDeps {
  readonly store: Pick<EntryStore, "state">;
  readonly fills: Pick<Fills, "request">;
  readonly friendSets: Pick<FriendSets, "load">;
  /** While nothing need be kept there is nothing to fill: of who has too many friends it would be begun for ever. */
  readonly sources: Pick<PageSources, "isUnkept">;
  readonly clock: Clock;
}

/** What a stream waits for, a fill that was refused, a store that is away, is asked for again after so long. */
export const AGAIN_MS = 1_000;

/**
 * Has a watched timeline filled: to a stream of an inactive one nothing comes, and nobody else may ask.
 * Resolves when it is complete, when there is no such person, or with the signal.
 */
export async function keepFilled(
  { store, fills, friendSets, sources, clock }: KeepFilledDeps,
  viewer: UserId,
  signal: AbortSignal,
): Promise<void> {
  const friends = (): Promise<FriendSet | undefined> =>
    friendSets.load(viewer).catch(() => undefined);
  while (!signal.aborted && store.state(viewer).kind !== "complete") {
    if (!sources.isUnkept() && !sources.isUnkept(await friends())) {
      const { kind } = await fills.request(viewer, "first-page");
      if (kind === "complete" || kind === "unknown-viewer") return;
    }
    await clock.delay(AGAIN_MS, signal).catch(() => {});
  }
}
