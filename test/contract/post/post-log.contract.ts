import { afterAll, beforeAll, expect, it } from "vitest";
import { makePostId } from "../../../services/model/ids.ts";
import { idAt } from "../../../services/model/wire/id-pairs.ts";
import {
  DELETED_BIT,
  decodePostLogRow,
  type LoggedChange,
} from "../../../services/model/wire/post-log-row.ts";
import type { ManualClock } from "../../../services/platform/clock/manual-clock.ts";
import type { PostLog, PostLogHead, PostLogRow } from "../../../services/post/ports.ts";

/** A post log, empty at first, with a writer; and the way to start anew on what is there. */
export interface PostLogWorld {
  readonly log: PostLog;
  readonly clock: ManualClock;
  /** One row. */
  write(changes: readonly LoggedChange[]): Promise<void>;
  reopen(): Promise<void>;
  close(): Promise<void>;
}

/** What a post log promises (rule 6.10), on any engine. */
export function postLogContract(open: () => Promise<PostLogWorld>): void {
  let world: PostLogWorld;
  const written: LoggedChange[] = [];

  beforeAll(async () => {
    world = await open();
  });
  afterAll(() => world.close());

  const change = (deleted = false): LoggedChange => {
    const postId = makePostId(world.clock.nowMs(), 1, written.length);
    const made = { postId, authorId: BigInt(1 + (written.length % 3)), deleted };
    written.push(made);
    return made;
  };
  const changesOf = (row: PostLogRow) => {
    const { authors, posts } = decodePostLogRow(row.packed);
    return Array.from({ length: posts.length / 2 }, (_, i) => ({
      postId: idAt(posts, i) & ((1n << 63n) - 1n),
      authorId: idAt(authors, i),
      deleted: (posts[2 * i + 1] & DELETED_BIT) !== 0,
    }));
  };
  const after = (head: PostLogHead, place: { seq: number; bucket: number }, limit = 100) =>
    world.log.list({ generation: head.generation, place, direction: "after", limit });
  const before = (head: PostLogHead, place: { seq: number; bucket: number }, limit = 100) =>
    world.log.list({ generation: head.generation, place, direction: "before", limit });
  const BEGINNING = { seq: 0, bucket: 0 };

  it("is empty at first", async () => {
    expect(await world.log.heads()).toEqual({ began: 0n, heads: [] });
  });

  it("has a row a write, numbered, in order, readable both ways over any stretch of time", async () => {
    for (const minutes of [0, 0, 3, 0, 90]) {
      await world.clock.advance(minutes * 60_000);
      await world.write([change(), change(true)]);
    }
    const [head] = (await world.log.heads()).heads;
    expect(head.seq).toBe(5);
    const all = await after(head, BEGINNING);
    expect(all.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
    expect(all.flatMap(changesOf)).toEqual(written);
    const newest = await before(head, { seq: head.seq + 1, bucket: head.bucket });
    expect(newest).toEqual(all.toReversed());
    expect(await after(head, all[1], 2)).toEqual(all.slice(2, 4));
    expect(await after(head, head)).toEqual([]);
    const { seq, previousBucket } = all[3];
    expect(await before(head, { seq, bucket: previousBucket }, 2)).toEqual([all[2], all[1]]);
    expect(await before(head, { seq: 1, bucket: all[0].previousBucket })).toEqual([]);
  });

  it("says in each row how high the ids before it were", async () => {
    await world.write([{ ...change(), postId: 7n }]);
    written[written.length - 1] = { ...written[written.length - 1], postId: 7n };
    const [head] = (await world.log.heads()).heads;
    let highest = 0n;
    for (const row of await after(head, BEGINNING)) {
      expect(decodePostLogRow(row.packed).highestBefore).toBe(highest);
      for (const { postId } of changesOf(row)) if (postId > highest) highest = postId;
    }
  });

  it("goes on after a restart: every row is still there, and the new ones are found", async () => {
    await world.reopen();
    await world.write([change()]);
    const { heads } = await world.log.heads();
    const rows = await Promise.all(heads.map((head) => after(head, BEGINNING)));
    const ids = rows
      .flat()
      .flatMap(changesOf)
      .map(({ postId }) => postId);
    expect(ids.sort()).toEqual(written.map(({ postId }) => postId).sort());
  });

  it("keeps rows for a while", async () => {
    await world.write([change()]);
    const { heads } = await world.log.heads();
    const newest = heads.reduce((a, b) => (a.generation > b.generation ? a : b));
    expect((await after(newest, BEGINNING)).length).toBeGreaterThan(0);
    expect(await after({ ...newest, generation: 12_345n }, BEGINNING)).toEqual([]);
  });
}
