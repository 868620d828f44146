import type { UserId } from "../../../model/ids.ts";
import type { Clock } from "../../../platform/clock/clock.ts";
import type { EntryStore } from "../../ports.ts";
import type { Fills } from "../fill/fills.ts";
import type { PageSources } from "../page/source.ts";

export interface KeepFilledDeps {
  readonly store: Pick<EntryStore, "state">;
  readonly fills: Pick<Fills, "request">;
  /** While nothing need be kept there is nothing to fill. */
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
  { store, fills, sources, clock }: KeepFilledDeps,
  viewer: UserId,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted && store.state(viewer).kind !== "complete") {
    if (!sources.isUnkept()) {
      const { kind } = await fills.request(viewer, "first-page");
      if (kind === "complete" || kind === "unknown-viewer" || kind === "pull-only") return;
    }
    await clock.delay(AGAIN_MS, signal).catch(() => {});
  }
}
