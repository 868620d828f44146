import { MAX_PAGE_ENTRIES, MAX_RANK_CANDIDATES } from "../../../model/limits.ts";
import type { EntryStore } from "../../ports.ts";
import type { RecentPosts } from "../recent/recent-posts.ts";
import { IndexSource } from "./index-source.ts";
import { RingSource } from "./ring-source.ts";
import type { PageSources } from "./source.ts";

type Store = Pick<EntryStore, "state" | "read">;

/** The ring down to its floor, and below it the recent index, if there is one. */
export function pageSources(store: Store, recent?: RecentPosts): PageSources {
  const ring = new RingSource(store);
  const capacity = Math.max(MAX_PAGE_ENTRIES, MAX_RANK_CANDIDATES);
  const sources = recent ? [ring, new IndexSource(recent, capacity)] : [ring];
  return { inMemory: () => sources };
}
