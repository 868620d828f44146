import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Post } from "#gen/post/v1/post.ts";
import { makePostId, postIdOf, userIdOf } from "../../../model/ids.ts";
import { idsOf } from "../../../model/wire/id-pairs.ts";
import { decodePostLogRow } from "../../../model/wire/post-log-row.ts";
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

const NEXT_ID = makePostId(START_MS + POSTS, 0, 0) as bigint;
const MINUTE_MS = 60_000;
const FOR_EVER_MS = 1e12;
const NONE = new Uint8Array();
const BARE = { requestId: "", client: NONE, device: NONE, place: undefined };
const UNSEEN = { onWritten: () => {} };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tidings-import-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("what was imported is read by the store, by id and by author, and waits in no outbox", async () => {
  let written = 0;
  const index = posts.toSorted((a, b) => Number(a.authorId - b.authorId));
  await importPosts(folder, posts, index, {
    onWritten: (more) => {
      written += more;
    },
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
  await expect(importPosts(folder, posts, [], UNSEEN)).rejects.toThrow("is in use by process");
});

test("the post log, which knows nothing of them, begins above them", async () => {
  await importPosts(folder, posts.slice(0, 10), [], UNSEEN);
  await (await opened())[Symbol.asyncDispose]();
  await importPosts(folder, posts.slice(5, 20), [], UNSEEN);
  await importPosts(folder, posts.slice(0, 10), [], UNSEEN);
  await using again = await opened();
  expect(await again.log.heads()).toEqual({ began: posts[19].postId + 1n, heads: [] });
});

test("by pull they are in the post log, in rows that follow each other, and a service's own come after", async () => {
  await importPosts(folder, posts.slice(0, 2_500), [], { ...UNSEEN, logKeptMs: FOR_EVER_MS });
  await using service = await opened(FOR_EVER_MS);
  const { log, store } = service;
  const { began, heads } = await log.heads();
  expect([began, heads.map(({ seq }) => seq)]).toEqual([0n, [3]]);
  await store.create({ ...BARE, authorId: userIdOf(5n), text: Buffer.from("new") }, "");
  const place = { seq: 0, bucket: 0 };
  const { generation } = heads[0];
  const rows = await log.list({ generation, place, direction: "after", limit: 10 });
  expect(rows.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
  const logged = rows.map(({ packed }) => decodePostLogRow(packed));
  expect(logged.flatMap((row) => idsOf(row.posts))).toEqual([
    ...posts.slice(0, 2_500).map(({ postId }) => postId as bigint),
    NEXT_ID,
  ]);
  expect(logged.flatMap((row) => idsOf(row.authors)).slice(0, 2_500)).toEqual(
    posts.slice(0, 2_500).map(({ authorId }) => authorId as bigint),
  );
  expect(logged.map((row) => row.highestBefore)).toEqual([
    0n,
    ...[999, 1_999, 2_499].map((last) => posts[last].postId as bigint),
  ]);
});

test("the post log keeps of them what it would have kept", async () => {
  const keptMs = Date.now() - (START_MS + 4_500 * MINUTE_MS);
  const days = posts.slice(0, 9_000).map((post, i) => ({
    ...post,
    postId: makePostId(START_MS + i * MINUTE_MS, 1_023, 0),
  }));
  await importPosts(folder, days, [], { ...UNSEEN, logKeptMs: keptMs });
  await using service = await opened(keptMs);
  const { log } = service;
  const [{ generation, seq }] = (await log.heads()).heads;
  const place = { seq: 0, bucket: 0 };
  const rows = await log.list({ generation, place, direction: "after", limit: 10 });
  expect(seq).toBe(9);
  expect(rows.map((row) => row.seq)).toEqual([5, 6, 7, 8, 9]);
});

test("what the source throws ends the import", async () => {
  function* broken() {
    yield* posts.slice(0, 20_000);
    throw new Error("no more");
  }
  await expect(importPosts(folder, broken(), [], UNSEEN)).rejects.toThrow("no more");
});

async function opened(keptMs = 3_600_000) {
  const lmdb = openLmdb(folder);
  const tables = new PostTables(lmdb);
  const outbox = new LmdbOutbox(lmdb);
  const ids = { next: () => postIdOf(NEXT_ID) };
  const clock = new ManualClock();
  const log = await openLmdbPostLog({
    lmdb,
    tables,
    clock,
    random: Math.random,
    keptMs,
  });
  const store = new LmdbPostStore({ lmdb, tables, outbox, log, ids, clock });
  return { store, outbox, log, [Symbol.asyncDispose]: () => lmdb.close() };
}
