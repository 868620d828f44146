import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { postIdOf, type UserId, userIdOf } from "../../../../model/ids.ts";
import { shardOf } from "../../../../model/shards.ts";
import { FolderInUseError } from "../../../../platform/storage/folder-lock.ts";
import { createLogger } from "../../../../platform/telemetry/logger.ts";
import { openOwnStore } from "./open-own-store.ts";

const VIEWERS = Array.from({ length: 40 }, (_, i) => userIdOf(i + 1));
const EVEN = VIEWERS.filter((viewer) => shardOf(viewer) % 2 === 0);
const ODD = VIEWERS.filter((viewer) => shardOf(viewer) % 2 === 1);

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "tidings-own-"));
});
afterEach(() => rm(root, { recursive: true }));

function open(index: number, count: number) {
  return openOwnStore(
    root,
    { index, count },
    {
      log: createLogger("test", "silent"),
      limits: { maxRingEntries: 128, maxSlabBytes: 1 << 20 },
      maxSegmentBytes: 4_096,
      snapshotLogBytes: 16_384,
      fatal: (error) => {
        throw error;
      },
    },
  );
}

/** Opens as process `index` of `count`, and completes everyone who is its own; gives who was complete. */
async function live(index: number, count: number): Promise<UserId[]> {
  const { store, close } = await open(index, count);
  const isComplete = (viewer: UserId) => store.state(viewer).kind === "complete";
  const found = VIEWERS.filter(isComplete);
  for (const viewer of VIEWERS.filter((one) => shardOf(one) % count === index)) {
    await store.activate(viewer);
    await store.complete(viewer, postIdOf(1n));
  }
  await close();
  return found;
}

describe("the store of one timeline process", () => {
  it("finds all of its viewers while the number of processes stays", async () => {
    expect(await live(0, 1)).toEqual([]);
    expect(await live(0, 1)).toEqual(VIEWERS);
    expect(await live(0, 1)).toEqual(VIEWERS);
  });

  it("finds those inactive who were another's meanwhile: one, two, one process", async () => {
    await live(0, 1);
    expect(await live(0, 2)).toEqual(EVEN);
    expect(await live(1, 2)).toEqual([]);
    expect(await live(0, 1)).toEqual(EVEN);
  });

  it("finds them so though nobody opened it meanwhile: two, one, two processes", async () => {
    await live(0, 2);
    await live(1, 2);
    await live(0, 1);
    expect(await live(1, 2)).toEqual([]);
    expect(await live(0, 2)).toEqual(EVEN);
    expect(await live(1, 2)).toEqual(ODD);
  });

  it("finds nobody when the history is lost, or not its own", async () => {
    await live(0, 1);
    await rm(join(root, "owners.json"));
    expect(await live(0, 1)).toEqual([]);
    expect(await live(0, 1)).toEqual(VIEWERS);
    await writeFile(join(root, "owners.json"), "{");
    expect(await live(0, 1)).toEqual([]);
    await rm(join(root, "0", "followed.json"));
    expect(await live(0, 1)).toEqual([]);
  });

  it("is refused while it, or a process of another number, is open", async () => {
    const { close } = await open(0, 1);
    await expect(open(0, 1)).rejects.toThrow(FolderInUseError);
    await expect(open(1, 2)).rejects.toThrow(
      /^TIDINGS_TIMELINE_ADDRESSES names another number of processes \(2\) now, and .*0 is in use by/,
    );
    await close();
    const both = [await open(1, 2), await open(0, 2)];
    for (const one of both) await one.close();
  });
});
