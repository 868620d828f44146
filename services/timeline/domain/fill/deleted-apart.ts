import type { PostId, UserId } from "../../../model/ids.ts";
import { isPushed } from "../../../model/push-or-pull.ts";
import type { EntryKey, EntryStore, PullIntervals } from "../../ports.ts";
import { highHalf, joinHalves, lowHalf } from "../halves.ts";
import { createEntryWindow } from "../page/entry-window.ts";

/**
 * A deletion goes to who is a friend when it is fanned out. Whoever was not, and is again, may hold the
 * entry of a post that is no more, and nobody will send the hint again. So what was held of an author
 * *before* the author's posts were pulled and is not among them is marked: it was published, so it could
 * have been pulled (lemma L1), but for its deletion. An entry that comes during the pull proves nothing.
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
  const wanted = new Set<bigint>(authors);
  const window = createEntryWindow(WINDOW_ENTRIES);
  const held: EntryKey[] = [];
  let before = 0n;
  do {
    store.read(viewer, before, window);
    for (let i = 0; i < window.count; i++) {
      before = joinHalves(window.postHigh[i], window.postLow[i]);
      const author = joinHalves(window.authorHigh[i], window.authorLow[i]);
      if (window.deleted[i] === 1 || !wanted.has(author)) continue;
      held.push({ postId: before as PostId, authorId: author as UserId });
    }
  } while (window.count === WINDOW_ENTRIES);
  return held;
}

/** What their authors' posts were pulled down to, and which there were. */
export interface Pulled {
  readonly entries: readonly EntryKey[];
  readonly floor: PostId;
}

/** Marks those held entries that the pull did not bring. Durable when it resolves. */
export async function markDeletedApart(
  store: Store,
  viewer: UserId,
  held: readonly EntryKey[],
  { entries, floor, intervals }: Pulled & { readonly intervals: PullIntervals },
): Promise<void> {
  const pulled = new Set(entries.map(({ postId }) => postId));
  const gone = held.filter(
    ({ postId, authorId }) =>
      postId >= floor && !pulled.has(postId) && isPushed(postId, intervals.of(authorId)),
  );
  if (gone.length === 0) return;
  const viewers = Uint32Array.of(lowHalf(viewer), highHalf(viewer));
  const hint = { deleted: true, viewers, createTimeMs: 0, requestId: "" };
  await store.append({ appends: gone.map((entry) => ({ ...entry, ...hint })) });
}
