import { type PostId, postIdOf, type UserId, userIdOf } from "../../services/model/ids.ts";
import { createEntryWindow } from "../../services/timeline/domain/page/entry-window.ts";
import type { EntryKey, EntryStore, PostAppendHot } from "../../services/timeline/ports.ts";

/** For tests of entry stores: their calls in plain numbers. */
export interface ReadEntry {
  readonly post: bigint;
  readonly author: bigint;
  readonly deleted: boolean;
}

export function viewer(id: number | bigint): UserId {
  return userIdOf(id);
}

export function post(id: number | bigint): PostId {
  return postIdOf(id);
}

export function entry(postId: number | bigint, author: number | bigint = 7): EntryKey {
  return { postId: post(postId), authorId: viewer(author) };
}

/** One post for some viewers, as the hot decoder leaves it. */
export function appendOf(
  postId: number | bigint,
  viewers: readonly (number | bigint)[],
  { author = 7n, deleted = false } = {},
): PostAppendHot {
  const ids = BigUint64Array.from(viewers, (id) => BigInt(id));
  return {
    postId: post(postId),
    authorId: userIdOf(author),
    deleted,
    viewers: new Uint32Array(ids.buffer),
    createTimeMs: 0,
    requestId: "",
  };
}

/** All entries of a viewer, newest first, read in pages. */
export function readAll(store: EntryStore, id: number | bigint, pageSize = 50): ReadEntry[] {
  const window = createEntryWindow(pageSize);
  const all: ReadEntry[] = [];
  for (let before = 0n; ; before = all[all.length - 1].post) {
    store.read(viewer(id), before, window);
    for (let i = 0; i < window.count; i++) {
      all.push({
        post: (BigInt(window.postHigh[i]) << 32n) | BigInt(window.postLow[i]),
        author: (BigInt(window.authorHigh[i]) << 32n) | BigInt(window.authorLow[i]),
        deleted: window.deleted[i] === 1,
      });
    }
    if (window.count < pageSize) return all;
  }
}

/** The posts of a viewer, newest first. */
export function postsOf(store: EntryStore, id: number | bigint): bigint[] {
  return readAll(store, id).map((read) => read.post);
}

/** An active viewer whose timeline is complete from `floor` on. */
export async function complete(store: EntryStore, id: number | bigint, floor = 1): Promise<void> {
  await store.activate(viewer(id));
  await store.complete(viewer(id), post(floor));
}
