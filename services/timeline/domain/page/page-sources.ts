import { MAX_PAGE_ENTRIES, MAX_RANK_CANDIDATES } from "../../../model/limits.ts";
import type { EntryStore } from "../../ports.ts";
import type { RecentPosts } from "../recent/recent-posts.ts";
import { FillingSource } from "./filling-source.ts";
import { IndexSource } from "./index-source.ts";
import { RingSource } from "./ring-source.ts";
import type { PageSources, SlowPageSource } from "./source.ts";

type Store = Pick<EntryStore, "state" | "read">;

/**
 * The ring down to its floor, and below it the recent index, if there is one; while a timeline is
 * being filled, the index alone, with what the ring has got. What is older comes from the slow source.
 */
export function pageSources(
  store: Store,
  recent?: RecentPosts,
  slow?: SlowPageSource,
): PageSources {
  const ring = new RingSource(store);
  if (!recent) {
    const noIndex = { incarnation: 0, through: async () => {} };
    return { inMemory: () => [ring], needsFill: () => true, slow, ...noIndex };
  }
  const capacity = Math.max(MAX_PAGE_ENTRIES, MAX_RANK_CANDIDATES);
  const index = new IndexSource(recent, capacity);
  const complete = [ring, index];
  const filling = [new FillingSource(ring, index, capacity)];
  return {
    inMemory: (viewer) => (store.state(viewer).kind === "complete" ? complete : filling),
    needsFill: () => !recent.isUsable,
    incarnation: recent.incarnation,
    through: () => recent.through(),
    slow,
  };
}
