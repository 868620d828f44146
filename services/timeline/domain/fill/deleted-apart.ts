import type { UserId } from "../../../model/ids.ts";
import type { EntryKey, EntryStore, PulledIntervals } from "../../ports.ts";
import { highHalf, lowHalf, postIdOfHalves, userIdOfHalves } from "../halves.ts";
import { createEntryWindow } from "../page/entry-window.ts";
import { type Pulled, type PullSources, pullToFloor } from "./pull.ts";

/**
 * A deletion goes to who is a friend when it is fanned out. Whoever was not, and is again, may hold the
 * entry of a post that is no more, and nobody will send the hint again. So what was held of an author
 * *before* the author's posts were pulled and is not among them is marked: the posts had it, so they could
 * have told of it, but for its deletion. An entry that comes during the pull proves nothing.
 */
type Store = Pick<EntryStore, "load" | "read" | "append">;

const WINDOW_ENTRIES = 256;

/** The entries held of these authors that are not marked, newest first. */
export async function heldOf(
  store: Store,
  viewer: UserId,
  authors: readonly UserId[],
): Promise<readonly EntryKey[]> {
  await store.load(viewer);
  const wanted = new Set(authors);
  const window = createEntryWindow(WINDOW_ENTRIES);
  const held: EntryKey[] = [];
  let before = 0n;
  do {
    store.read(viewer, before, window);
    for (let i = 0; i < window.count; i++) {
      const postId = postIdOfHalves(window.postHigh[i], window.postLow[i]);
      const authorId = userIdOfHalves(window.authorHigh[i], window.authorLow[i]);
      before = postId;
      if (window.deleted[i] === 0 && wanted.has(authorId)) held.push({ postId, authorId });
    }
  } while (window.count === WINDOW_ENTRIES);
  return held;
}

/**
 * Those held entries that the pull did not bring and the posts do not know either. The index alone proves
 * nothing: what was held may have come from the posts, who show a post before it is in the log.
 */
export async function deletedApart(
  sources: PullSources,
  held: readonly EntryKey[],
  pulled: Pulled,
): Promise<readonly EntryKey[]> {
  const { posts, intervals, ringEntries } = sources;
  const suspects = missing(held, pulled, intervals);
  const lowest = suspects.at(-1);
  if (!lowest) return [];
  const authors = [...new Set(suspects.map(({ authorId }) => authorId))];
  const there = await pullToFloor({ posts, intervals, ringEntries }, authors, lowest.postId);
  return missing(suspects, there, intervals);
}

/** Durable when it resolves. */
export async function markDeleted(
  store: Store,
  viewer: UserId,
  gone: readonly EntryKey[],
): Promise<void> {
  if (gone.length === 0) return;
  const viewers = Uint32Array.of(lowHalf(viewer), highHalf(viewer));
  const hint = { deleted: true, viewers, createTimeMs: 0, requestId: "" };
  await store.append({ appends: gone.map((entry) => ({ ...entry, ...hint })) });
}

function missing(
  held: readonly EntryKey[],
  { entries, floor }: Pulled,
  { table }: PulledIntervals,
): EntryKey[] {
  const pulled = new Set(entries.map(({ postId }) => postId));
  return held.filter(
    ({ postId, authorId }) =>
      postId >= floor && !pulled.has(postId) && table.deliveryOf(postId, authorId) !== "pull",
  );
}
