import type { Entry } from "#gen/timeline/v1/timeline.ts";
import type { EntryWindow } from "../../ports.ts";
import { encodeCursor } from "../cursor/cursor-writer.ts";
import type { Scroll } from "../cursor/format.ts";
import { joinHalves } from "../halves.ts";

/** An entry as a message, for streams; pages are written without one (PageWriter). */
export function entryOf(scroll: Scroll, postId: bigint, authorId: bigint): Entry {
  return { postId, authorId, cursor: encodeCursor(scroll, postId), reasons: [] };
}

export function entriesOf(scroll: Scroll, window: EntryWindow): Entry[] {
  return Array.from({ length: window.count }, (_, i) =>
    entryOf(
      scroll,
      joinHalves(window.postHigh[i], window.postLow[i]),
      joinHalves(window.authorHigh[i], window.authorLow[i]),
    ),
  );
}
