import { expect, test } from "vitest";
import { SimulatedDisk } from "../../platform/storage/log/testing/simulated-disk.ts";
import { createLogger } from "../../platform/telemetry/logger.ts";
import { findFileJournal } from "../adapters/log/file-journal.ts";
import { DAY_MS } from "../domain/figures/days.ts";
import { GrowthStore } from "../domain/store/growth-store.ts";
import type { FedRow, PostFeed } from "../ports.ts";
import { followPosts } from "./follow-posts.ts";

const log = createLogger("test", "silent");
const TODAY = 20_000;

const post = (authorId: bigint, day = TODAY) => ({
  authorId,
  timeMs: day * DAY_MS + 5,
  client: "web",
  device: "",
  place: "",
});

async function openOn(files: SimulatedDisk): Promise<GrowthStore> {
  return GrowthStore.open(await findFileJournal({ files, folder: "g", maxSegmentBytes: 1_000 }), {
    limits: { maxUsers: 100, maxEvents: 1_000 },
    checkpointRecords: 4,
    nowMs: () => TODAY * DAY_MS,
    fatal: (error) => {
      throw error;
    },
  });
}

/** A feed that gives what was not taken yet, and fails every other time. */
function feedOf(rows: readonly FedRow[]) {
  let asked = 0;
  const isDone = Promise.withResolvers<void>();
  const feed: PostFeed = {
    next: async (after) => {
      if (++asked % 2 === 1) throw new Error("away");
      const fresh = rows.filter(({ generation, seq }) => seq > (after.get(generation) ?? 0n));
      if (fresh.length === 0) isDone.resolve();
      return fresh.slice(0, 2);
    },
  };
  return { feed, done: isDone.promise };
}

async function followAll(store: GrowthStore, rows: readonly FedRow[]): Promise<void> {
  const { feed, done } = feedOf(rows);
  const delay = (_ms: number, signal?: AbortSignal) => {
    if (signal?.aborted) return Promise.reject(signal.reason);
    return new Promise<void>((resolve) => setImmediate(resolve));
  };
  const following = followPosts({ feed, store, clock: { delay }, log });
  await done;
  await following.close();
}

test("each post counts once, whatever fails and restarts; too old ones do not", async () => {
  const files = new SimulatedDisk();
  const rows: FedRow[] = [
    { generation: 7n, seq: 1n, posts: [post(1n), post(2n)] },
    { generation: 7n, seq: 2n, posts: [post(1n), post(3n, TODAY - 200)] },
    { generation: 9n, seq: 1n, posts: [post(4n)] },
  ];
  let store = await openOn(files);
  await followAll(store, rows);
  expect(store.state.figures.days.get(TODAY)?.posts).toBe(4);
  await store.close();
  for (let life = 0; life < 3; life++) {
    store = await openOn(files);
    rows.push({ generation: 7n, seq: BigInt(3 + life), posts: [post(5n)] });
    await followAll(store, rows);
    expect(store.state.figures.days.get(TODAY)?.posts).toBe(5 + life);
    await store.close();
  }
  expect(store.state.figures.days.get(TODAY)?.parts.client.get("web")?.posts).toBe(7);
});
