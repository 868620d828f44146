import { expect, it } from "vitest";
import { decodePostLogRow } from "../../model/wire/post-log-row.ts";
import { ManualClock } from "../../platform/clock/manual-clock.ts";
import type { PostLogRow } from "../ports.ts";
import { LogWriter } from "./log-writer.ts";

const MINUTE_MS = 60_000;
const change = (postId: bigint) => ({ postId, authorId: 1n, deleted: false });

/** A writer whose inserts take effect, and then say what the test wants them to say. */
function world() {
  const clock = new ManualClock();
  const inserted: { readonly generation: bigint; readonly row: PostLogRow }[] = [];
  const enlisted: string[] = [];
  const failures: Error[] = [];
  const told: string[] = [];
  const writer = new LogWriter({
    enlist: async (generation, bucket) => void enlisted.push(`${generation}/${bucket}`),
    insert: async (generation, row) => {
      inserted.push({ generation, row });
      const failure = failures.shift();
      if (failure) throw failure;
    },
    onWritten: (generation, { seq }) => told.push(`${generation}/${seq}`),
    bucketAt: (nowMs) => Math.floor(nowMs / MINUTE_MS),
    clock: { ...clockOf(clock), delay: async (ms: number) => clock.advance(ms) },
  });
  return { clock, writer, inserted, enlisted, failures, told };
}

function clockOf(clock: ManualClock) {
  return { nowMs: () => clock.nowMs(), monotonicMs: () => clock.monotonicMs() };
}

it("numbers rows, says how high the ids before were, and enters each bucket first", async () => {
  const { clock, writer, inserted, enlisted } = world();
  await writer.write(9n, [change(5n)]);
  await clock.advance(2 * MINUTE_MS);
  await writer.write(9n, [change(3n)]);
  clock.stepWall(-10 * MINUTE_MS);
  await writer.write(9n, [change(8n)]);
  const rows = inserted.map(({ row }) => row);
  expect(rows.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  const [first, second] = rows.map(({ bucket }) => bucket);
  expect(rows.map(({ bucket, previousBucket }) => [previousBucket, bucket])).toEqual([
    [0, first],
    [first, second],
    [second, second],
  ]);
  expect(rows.map(({ packed }) => decodePostLogRow(packed).highestBefore)).toEqual([0n, 5n, 5n]);
  expect(enlisted).toEqual([`9/${first}`, `9/${second}`]);
});

it("writes a row that was not confirmed again, as it was, before any other", async () => {
  const { writer, inserted, failures, told } = world();
  failures.push(new Error("timed out"), new Error("timed out"));
  await expect(writer.write(9n, [change(1n)])).rejects.toThrow("timed out");
  await expect(writer.write(9n, [change(1n), change(2n)])).rejects.toThrow("timed out");
  // Whoever is told of it takes it for durable.
  expect(told).toEqual([]);
  await writer.write(9n, [change(1n), change(2n)]);
  const [one, two, three, four] = inserted.map(({ row }) => row);
  expect([two, three]).toEqual([one, one]);
  expect(four.seq).toBe(2);
  expect(told).toEqual(["9/1", "9/2"]);
  expect(decodePostLogRow(four.packed).posts).toHaveLength(4);
});

it("begins anew under another lease, and never faster than a row each 20 ms", async () => {
  const { clock, writer, inserted, failures } = world();
  failures.push(new Error("timed out"));
  await writer.write(9n, [change(1n)]).catch(() => {});
  const startMs = clock.monotonicMs();
  await Promise.all([1n, 2n, 3n].map((post) => writer.write(10n, [change(post)])));
  expect(clock.monotonicMs() - startMs).toBe(60);
  expect(inserted.slice(1).map(({ generation, row }) => [generation, row.seq])).toEqual([
    [10n, 1],
    [10n, 2],
    [10n, 3],
  ]);
});
