import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Post } from "#gen/post/v1/post.ts";
import { makePostId, postIdOf, userIdOf } from "../../../model/ids.ts";
import { ManualClock } from "../../../platform/clock/manual-clock.ts";
import { LmdbOutbox } from "../../../platform/messaging/outbox/lmdb-outbox.ts";
import { openLmdb } from "../../../platform/storage/lmdb/open.ts";
import { importPosts } from "./import-posts.ts";
import { openLmdbPostLog } from "./lmdb-post-log.ts";
import { LmdbPostStore } from "./lmdb-post-store.ts";
import { PostTables } from "./post-tables.ts";

const POSTS = 25_000;
const START_MS = Date.UTC(2026, 0, 1);
const posts = Array.from({ length: POSTS }, (_, i) => ({
  postId: makePostId(START_MS + i, 1_023, 0),
  authorId: userIdOf(1 + (i % 100)),
  text: Buffer.from(`post ${i}`),
}));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tidings-import-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("what was imported is read by the store, by id and by author, and waits in no outbox", async () => {
  let written = 0;
  const index = posts.toSorted((a, b) => Number(a.authorId - b.authorId));
  await importPosts(folder, posts, index, (more) => {
    written += more;
  });
  expect(written).toBe(2 * POSTS);
  await using lmdb = await opened();
  const { store, outbox } = lmdb;
  const [first, middle, unknown] = store.get([posts[0].postId, posts[12_345].postId, 77n]);
  expect(unknown.kind).toBe("unknown");
  for (const [lookup, post] of [
    [first, posts[0]],
    [middle, posts[12_345]],
  ] as const) {
    if (lookup.kind !== "found") throw new Error(lookup.kind);
    const { postId, authorId, text } = Post.decode(lookup.message);
    expect([postId, authorId, text]).toEqual([post.postId, post.authorId, String(post.text)]);
  }
  const query = { authors: [userIdOf(7n)], since: postIdOf(1n), before: undefined, limit: 1_000 };
  const listed = store.listByAuthors(query).posts.map(({ postId }) => postId);
  const expected = posts.filter(({ authorId }) => authorId === 7n).map(({ postId }) => postId);
  expect(listed).toEqual(expected.reverse());
  expect(await outbox.read(10)).toEqual([]);
});

test("a folder that a service has open is refused", async () => {
  await using _open = await opened();
  await expect(importPosts(folder, posts, [], () => {})).rejects.toThrow("is in use by process");
});

test("the post log, which knows nothing of them, begins above them", async () => {
  await importPosts(folder, posts.slice(0, 10), [], () => {});
  await (await opened())[Symbol.asyncDispose]();
  await importPosts(folder, posts.slice(5, 20), [], () => {});
  await importPosts(folder, posts.slice(0, 10), [], () => {});
  await using again = await opened();
  expect(await again.log.heads()).toEqual({ began: posts[19].postId + 1n, heads: [] });
});

test("what the source throws ends the import", async () => {
  function* broken() {
    yield* posts.slice(0, 20_000);
    throw new Error("no more");
  }
  await expect(importPosts(folder, broken(), [], () => {})).rejects.toThrow("no more");
});

async function opened() {
  const lmdb = openLmdb(folder);
  const tables = new PostTables(lmdb);
  const outbox = new LmdbOutbox(lmdb);
  const ids = { next: () => postIdOf(1n) };
  const clock = new ManualClock();
  const log = await openLmdbPostLog({
    lmdb,
    tables,
    clock,
    random: Math.random,
    keptMs: 3_600_000,
  });
  const store = new LmdbPostStore({ lmdb, tables, outbox, log, ids, clock });
  return { store, outbox, log, [Symbol.asyncDispose]: () => lmdb.close() };
}
