import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { userIdOf } from "../../../model/ids.ts";
import { ManualClock } from "../../../platform/clock/manual-clock.ts";
import { openLmdb } from "../../../platform/storage/lmdb/open.ts";
import { ChangedEdges } from "./changed-edges.ts";

const HOUR_MS = 3_600_000;
const [USER, OTHER, THIRD] = [1n, 2n, 3n].map(userIdOf);

async function start() {
  const folder = await mkdtemp(join(tmpdir(), "tidings-changed-edges-"));
  const lmdb = openLmdb(folder);
  const clock = new ManualClock();
  const edges = new ChangedEdges(lmdb, clock);
  return {
    clock,
    edges,
    table: lmdb.table("friend-changed"),
    note: (other: bigint) => lmdb.commit((tx) => edges.note(tx, USER, userIdOf(other))),
    [Symbol.asyncDispose]: async () => {
      await lmdb.close();
      await rm(folder, { recursive: true });
    },
  };
}

it("has each edge once, by its last change, and only while it is young", async () => {
  await using started = await start();
  const { clock, edges, note } = started;
  const beganMs = clock.nowMs();
  await note(OTHER);
  await clock.advance(1_000);
  await note(THIRD);
  await clock.advance(1_000);
  await note(OTHER);
  expect(new Set(edges.of(USER, beganMs))).toEqual(new Set([OTHER, THIRD]));
  expect(edges.of(USER, beganMs + 2_000)).toEqual([OTHER]);
  expect(edges.of(OTHER, beganMs)).toEqual([]);
});

it("is asked across the turn of an hour, and forgets what is older than two", async () => {
  await using started = await start();
  const { clock, edges, note, table } = started;
  await clock.advance(HOUR_MS - 1_000);
  const sinceMs = clock.nowMs();
  await note(OTHER);
  await clock.advance(2_000);
  await note(THIRD);
  await note(OTHER);
  expect(new Set(edges.of(USER, sinceMs))).toEqual(new Set([OTHER, THIRD]));
  expect(edges.of(USER, sinceMs + 1)).toHaveLength(2);
  await clock.advance(2 * HOUR_MS);
  expect(edges.of(USER, sinceMs)).toEqual([]);
  await note(THIRD);
  expect(table.count()).toBe(1);
});

it("has the newest of very many", async () => {
  await using started = await start();
  const { clock, edges, note } = started;
  const sinceMs = clock.nowMs();
  await Promise.all(Array.from({ length: 300 }, (_, i) => note(BigInt(i + 10))));
  expect(edges.of(USER, sinceMs)).toEqual(Array.from({ length: 256 }, (_, i) => BigInt(i + 54)));
});
