import { beforeEach, expect, it } from "vitest";
import { until } from "../../../../test/support/until.ts";
import { encodeLostRow, encodePostLogRow } from "../../../model/wire/post-log-row.ts";
import { ManualClock } from "../../../platform/clock/manual-clock.ts";
import type { HeadDeletions, PostLog, PostLogHead, PostLogRow } from "../../ports.ts";
import { DeletionFollower } from "./deletion-follower.ts";

/** Rows in memory, by generation. */
class Log implements PostLog {
  readonly rows = new Map<bigint, PostLogRow[]>();
  /** What the heads tell of, of generations whose writers do. */
  readonly told = new Map<bigint, HeadDeletions>();
  isDown = false;
  reads = 0;

  write(generation: bigint, ...changes: readonly (readonly [post: bigint, deleted: boolean])[]) {
    const logged = changes.map(([postId, deleted]) => ({ postId, authorId: 1n, deleted }));
    this.#add(generation, encodePostLogRow(0n, logged));
  }

  lose(generation: bigint) {
    this.#add(generation, encodeLostRow(5n));
  }

  /** They are kept no longer. */
  expire(generation: bigint, count: number) {
    this.#of(generation).splice(0, count);
  }

  async heads() {
    if (this.isDown) throw new Error("down");
    const heads = [...this.rows].map(
      ([generation, rows]): PostLogHead => ({
        ...{ generation, bucket: 1, seq: rows.at(-1)?.seq ?? 0 },
        deletions: this.told.get(generation),
      }),
    );
    return { began: 0n, heads };
  }

  async list({ generation, place, limit }: Parameters<PostLog["list"]>[0]) {
    this.reads++;
    return this.#of(generation)
      .filter(({ seq }) => seq > place.seq)
      .slice(0, limit);
  }

  #of(generation: bigint): PostLogRow[] {
    const rows = this.rows.get(generation) ?? [];
    this.rows.set(generation, rows);
    return rows;
  }

  #add(generation: bigint, packed: Uint8Array) {
    const rows = this.#of(generation);
    rows.push({ seq: (rows.at(-1)?.seq ?? 0) + 1, bucket: 1, previousBucket: 1, packed });
  }
}

let log: Log;
let clock: ManualClock;
let told: (bigint | "gap" | "failure")[];
let follower: DeletionFollower;

beforeEach(() => {
  log = new Log();
  clock = new ManualClock();
  told = [];
  follower = new DeletionFollower({
    log,
    clock,
    onDeleted: (post) => told.push(post),
    onGap: () => told.push("gap"),
    onFailure: () => told.push("failure"),
  });
});

it("tells of every deletion after the start, of generations that begin later from their first row", async () => {
  log.write(1n, [10n, true]);
  await follower.look();
  log.write(1n, [2n ** 62n + 1n, true], [11n, false]);
  log.write(2n, [12n, true]);
  log.write(2n, [13n, true]);
  await follower.look();
  await follower.look();
  expect(told).toEqual([2n ** 62n + 1n, 12n, 13n]);
});

it("reads no rows where a head tells of all deletions since it looked, and all where it does not", async () => {
  log.write(1n, [1n, true]);
  await follower.look();
  log.write(1n, [2n, true]);
  log.write(1n, [3n, true]);
  log.told.set(1n, { since: 1, posts: [2n, 3n] });
  log.write(2n, [4n, true]);
  log.told.set(2n, { since: 0, posts: [4n] });
  await follower.look();
  expect([told, log.reads]).toEqual([[2n, 3n, 4n], 0]);
  log.write(1n, [5n, true]);
  log.write(1n, [6n, true]);
  log.told.set(1n, { since: 4, posts: [6n] });
  await follower.look();
  expect(told.slice(3)).toEqual([5n, 6n]);
  expect(log.reads).toBe(1);
});

it("says that there is a gap when rows are gone, can't be read, or are too many, and goes on after it", async () => {
  log.write(1n, [1n, false]);
  await follower.look();
  log.write(1n, [2n, true]);
  log.write(1n, [3n, true]);
  log.expire(1n, 2);
  await follower.look();
  log.write(1n, [4n, true]);
  log.lose(1n);
  await follower.look();
  for (let i = 0n; i < 10_001n; i++) log.write(1n, [100n + i, true]);
  await follower.look();
  log.write(1n, [5n, true]);
  await follower.look();
  expect(told).toEqual(["gap", 4n, "gap", "gap", 5n]);
});

it("is current once it has looked, and no longer when it can't look for a while", async () => {
  expect(follower.isCurrent).toBe(false);
  const asleep = () => until(() => clock.sleeperCount === 1);
  follower.start();
  await asleep();
  expect(follower.isCurrent).toBe(true);
  log.isDown = true;
  for (let i = 0; i < 11; i++) {
    await clock.advance(500);
    await asleep();
  }
  expect(follower.isCurrent).toBe(false);
  expect(told).toContain("failure");
  log.isDown = false;
  log.write(1n, [9n, true]);
  await clock.advance(500);
  await asleep();
  expect(follower.isCurrent).toBe(true);
  expect(told.at(-1)).toBe(9n);
  await follower.close();
});
