import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makePostId, type PostId, postIdOf, userIdOf } from "../../../model/ids.ts";
import { ManualClock } from "../../../platform/clock/manual-clock.ts";
import { LmdbOutbox } from "../../../platform/messaging/outbox/lmdb-outbox.ts";
import type { WriteDurably } from "../../../platform/storage/lmdb/group-commit.ts";
import { type Lmdb, openLmdb } from "../../../platform/storage/lmdb/open.ts";
import { damage } from "../../../platform/storage/testing/damage.ts";
import { POST_LIFE_MS } from "../../domain/time-slots.ts";
import { openLmdbPostLog } from "./lmdb-post-log.ts";
import { LmdbPostStore } from "./lmdb-post-store.ts";
import { PostTables } from "./post-tables.ts";

const DAY_MS = 86_400_000;
const NONE = new Uint8Array();

let folder: string;
let lmdb: Lmdb;
let store: LmdbPostStore;
let clock: ManualClock;
/** When set, writes wait for it before they reach the disk. */
let barrier: PromiseWithResolvers<void> | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tidings-posts-"));
  barrier = undefined;
  clock = new ManualClock();
  await open();
});

async function open() {
  const wrapWrite =
    (write: WriteDurably): WriteDurably =>
    async (writes) => {
      await barrier?.promise;
      await write(writes);
    };
  lmdb = openLmdb(folder, { wrapWrite });
  const tables = new PostTables(lmdb);
  const next = (): PostId => {
    clock.stepWall(1);
    return makePostId(clock.nowMs(), 1, 0);
  };
  const ids = { next };
  const keptMs = 3_600_000;
  const log = await openLmdbPostLog({ lmdb, tables, clock, random: Math.random, keptMs });
  store = new LmdbPostStore({ lmdb, tables, outbox: new LmdbOutbox(lmdb), log, ids, clock });
}

afterEach(async () => {
  await lmdb.close();
  await rm(folder, { recursive: true });
});

const create = async (text: string, requestId: string) => {
  const draft = {
    text: Buffer.from(text),
    requestId,
    client: NONE,
    device: NONE,
    place: undefined,
  };
  return store.create({ ...draft, authorId: userIdOf(7n) }, "trace");
};
const turns = async (count: number) => {
  for (let i = 0; i < count; i++) await new Promise(setImmediate);
};

describe("posts in LMDB", () => {
  it("answers neither a create nor its repetition before the create is on disk", async () => {
    barrier = Promise.withResolvers();
    const answered: string[] = [];
    const first = create("hello", "r").then(() => answered.push("first"));
    await turns(5);
    const second = create("hello", "r").then(() => answered.push("second"));
    await turns(5);
    expect(answered).toEqual([]);
    barrier.resolve();
    await Promise.all([first, second]);
    expect(answered).toEqual(["first", "second"]);
  });

  it("knows nothing of a damaged post, and all of those beside it", async () => {
    const created = [];
    for (const text of ["before", "flip me", "after"]) created.push(await create(text, ""));
    await lmdb.close();
    await damage(folder, Buffer.from("flip me"));
    await open();
    const ids = created.map((one) => (one.kind === "created" ? one.postId : 0n));
    expect(store.get(ids).map(({ kind }) => kind)).toEqual(["found", "unknown", "found"]);
    const query = { authors: [userIdOf(7n)], since: makePostId(0, 0, 0), limit: 10 };
    expect(store.listByAuthors({ ...query, before: undefined }).posts).toHaveLength(3);
  });

  it("frees a request id after 24 hours, and does not keep the old ones", async () => {
    const first = await create("monday", "r");
    for (let i = 0; i < 20; i++) await create("x", `monday-${i}`);
    clock.stepWall(DAY_MS - 1_000);
    expect(await create("monday", "r")).toEqual({ ...first, isRepeat: true });
    clock.stepWall(1_001);
    expect(await create("tuesday", "r")).not.toEqual(first);
    clock.stepWall(DAY_MS);
    for (let i = 0; i < 20; i++) await create("x", `wednesday-${i}`);
    const claims = [0, 1, 2].map((index) => lmdb.table(`claims-${index}`).count());
    expect(claims.reduce((sum, count) => sum + count)).toBeLessThanOrEqual(21);
  });

  it("drops whole periods once they are older than any scroll may show, by the posts' own time", async () => {
    const old = await create("old", "");
    const listed = () =>
      store.listByAuthors({
        ...{ authors: [userIdOf(7n)], since: postIdOf(1n), before: undefined, limit: 10 },
      }).posts.length;
    clock.stepWall(POST_LIFE_MS - DAY_MS);
    const tables = new PostTables(lmdb);
    expect(await tables.expire()).toBe(0);
    clock.stepWall(200 * DAY_MS);
    // No post is as new as the clock: nothing is dropped.
    expect(await tables.expire()).toBe(0);
    expect(listed()).toBe(1);
    await create("new", "");
    expect(listed()).toBe(1);
    if (old.kind !== "created") throw new Error(old.kind);
    expect(store.get([old.postId])[0].kind).toBe("found");
    expect(await tables.expire()).toBe(1);
    expect(store.get([old.postId])[0].kind).toBe("unknown");
    expect(tables.of(old.postId).byAuthor.count()).toBe(0);
    await create("newer", "");
    expect([...tables.directory.keys({})]).toHaveLength(1);
  });

  it("refuses posts of an earlier version", async () => {
    const old = lmdb.table("posts");
    await lmdb.commit((tx) => tx.put(old, Buffer.alloc(8, 1), Buffer.from("post")));
    expect(() => new PostTables(lmdb)).toThrow("npm run reset");
  });
});
