import { expect, test } from "vitest";
import { firstPostIdAt } from "../../model/ids.ts";
import { SimulatedDisk } from "../../platform/storage/log/testing/simulated-disk.ts";
import { findFileJournal } from "../adapters/log/file-journal.ts";
import { DAY_MS } from "../domain/figures/days.ts";
import { GrowthStore } from "../domain/store/growth-store.ts";
import { takePosts } from "./take-posts.ts";

const TODAY = 20_000;
const NOBODY_GONE = { hidesAny: false, goneAmong: () => new Map() };

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

const posted = (authorId: bigint, n: number, day = TODAY, deleted = false) => {
  const postId = firstPostIdAt(day * DAY_MS + 5) + BigInt(n);
  const value = { postId, authorId, createTimeMs: 0n, deleted };
  const event = { $case: "post", value } as const;
  return { event, requestId: "r", messageId: Buffer.of(n) };
};

test("each post counts once, whatever is delivered again and restarts; too old ones do not", async () => {
  const files = new SimulatedDisk();
  let asked = 0;
  const origins = {
    of: async () => {
      if (++asked % 3 === 0) throw new Error("away");
      return { client: "web", device: "", place: "" };
    },
  };
  const events = [posted(1n, 1), posted(2n, 2), posted(1n, 3), posted(3n, 4, TODAY - 200)];
  for (let life = 0; life < 3; life++) {
    const store = await openOn(files);
    const take = takePosts({ store, people: NOBODY_GONE, origins });
    events.push(posted(5n, 10 + life), posted(5n, 20 + life, TODAY, true));
    for (const event of [...events, ...events]) {
      const id = event.messageId.toString("hex");
      await take(event, id).catch(() => take(event, id));
    }
    expect(store.state.figures.days.get(TODAY)?.posts).toBe(4 + life);
    await store.close();
  }
  const store = await openOn(files);
  expect(store.state.figures.days.get(TODAY)?.parts.client.get("web")?.posts).toBe(6);
  await store.close();
});
