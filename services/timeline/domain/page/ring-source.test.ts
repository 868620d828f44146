import { expect, it } from "vitest";
import { DegradedReason } from "#gen/timeline/v1/timeline.ts";
import { makePostId, POST_EPOCH_MS, userIdOf } from "../../../model/ids.ts";
import { MemoryEntryStore } from "../../testing/memory-entry-store.ts";
import { appendOf } from "../../testing/world.ts";
import { readPage } from "./page.ts";
import { RingSource } from "./ring-source.ts";
import { createVisibleWindow } from "./visible-window.ts";

const VIEWER = userIdOf(1n);

it("says that it is being filled on full pages, too: what is older may lack between what it shows", async () => {
  const store = new MemoryEntryStore();
  await store.activate(VIEWER);
  for (const sequence of [1, 2, 3]) {
    const postId = makePostId(POST_EPOCH_MS + 1e10, 1, sequence);
    await store.append(appendOf({ postId, authorId: userIdOf(2n) }, [VIEWER]));
  }
  const ready = { friends: undefined, degraded: [], isStoreDown: false };
  const stretch = { viewer: VIEWER, before: 0n, stop: 1n, limit: 2, friends: undefined };
  const page = () =>
    readPage([new RingSource(store)], stretch, ready, createVisibleWindow(2)).degraded;
  expect(page()).toContain(DegradedReason.FILLING);
  await store.complete(VIEWER, makePostId(POST_EPOCH_MS, 1, 0));
  expect(page()).not.toContain(DegradedReason.FILLING);
});
