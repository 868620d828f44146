import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BLOCK_BYTES, Blocks } from "./blocks.ts";
import { encodeManifest, type Manifest } from "./manifest.ts";
import { Repository } from "./repository.ts";
import { storeFile } from "./stored-file.ts";
import { newestReadableAt, unreadableSince } from "./survey.ts";
import { bytes, chunks, type OneRepository, oneRepository } from "./testing/one-repository.ts";

let folder: string;
let own: OneRepository;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tidings-damage-"));
  own = oneRepository(join(folder, "backups-of-one"));
});
afterEach(() => rm(folder, { recursive: true }));

describe("a damaged manifest", () => {
  const length = 4 * BLOCK_BYTES;
  /** Each with a block that the one before has not. */
  async function threeOfThem(damaged: number) {
    const content = bytes(length);
    const all: Manifest[] = [];
    for (const [i, momentMs] of [1_000, 2_000, 3_000].entries()) {
      content.fill(i, i * BLOCK_BYTES, (i + 1) * BLOCK_BYTES);
      all.push(await own.takeOne(content, momentMs));
    }
    writeFileSync(own.manifestFile(all[damaged]), "{");
    return all;
  }

  it("keeps nobody from the others, and is not passed over where it would be the one", async () => {
    const [first, second, third] = await threeOfThem(1);
    await using repository = await Repository.openToRead(own.place);
    const survey = await repository.survey();
    expect(newestReadableAt(survey, 9_000, own.place)).toEqual(third);
    expect(unreadableSince(survey, third)).toEqual([]);
    const damaged = own.manifestFile(second);
    const remedy = "choose the one before it: --at 1970-01-01T00:00:01.000Z";
    for (const message of [damaged, remedy]) {
      expect(() => newestReadableAt(survey, 2_500, own.place)).toThrow(message);
    }
    expect(newestReadableAt(survey, 1_000, own.place)).toEqual(first);
    expect(unreadableSince(survey, first)).toMatchObject([{ path: damaged }]);
    expect(() => newestReadableAt(survey, 500, own.place)).toThrow("no backup of then or before");
  });

  it("is what the next backup is not measured by, if it is the newest", async () => {
    const [, second, third] = await threeOfThem(2);
    await using repository = await Repository.open(own.place);
    const newest = await repository.newest();
    expect(newest).toMatchObject({
      backups: [second],
      unreadable: [{ path: own.manifestFile(third) }],
    });
  });

  it("keeps what it may need, unless it is to be forgotten, too", async () => {
    const [, second, third] = await threeOfThem(1);
    const all = own.blockFiles();
    await using repository = await Repository.open(own.place);
    const pruned = await repository.prune(9_000);
    expect(pruned).toMatchObject({ backups: 1, bytes: 0, unreadable: [{ momentMs: 2_000 }] });
    expect(own.blockFiles()).toEqual(all);
    // It comes back from a copy of the repository.
    writeFileSync(own.manifestFile(second), encodeManifest(second));
    expect(await repository.verify(second)).toBe(length);
    writeFileSync(own.manifestFile(second), "{");
    expect(await repository.prune(9_000, true)).toMatchObject({ backups: 1 });
    expect(await repository.survey()).toEqual({ backups: [third], unreadable: [] });
    expect(own.blockFiles().length).toBeLessThan(all.length);
    expect(await repository.verify(third)).toBe(length);
  });

  it("is not forgotten if it is all there is", async () => {
    const only = await own.takeOne(bytes(10), 1_000);
    writeFileSync(own.manifestFile(only), "{");
    await using repository = await Repository.open(own.place);
    await expect(repository.prune(9_000, true)).rejects.toThrow(/no backup that can be read/);
    expect(readdirSync(join(own.place, "backups"))).toHaveLength(1);
  });

  it("is like a list that can't be read", async () => {
    const first = await own.takeOne(bytes(10), 1_000);
    const last = await own.takeOne(bytes(20), 2_000);
    const list = first.files[0].lists[0];
    await rm(join(own.place, "blocks", list.slice(0, 2), list));
    const before = own.blockFiles();
    await using repository = await Repository.open(own.place);
    const pruned = await repository.prune(0);
    expect(pruned).toMatchObject({ backups: 0, bytes: 0, unreadable: [{ momentMs: 1_000 }] });
    expect(own.blockFiles()).toEqual(before);
    await repository.prune(0, true);
    expect(await repository.survey()).toEqual({ backups: [last], unreadable: [] });
  });
});

describe("a damaged block", () => {
  const content = bytes(3 * BLOCK_BYTES);

  /** How many are stored anew when all of it is put again, of which these are read. */
  async function putAgain(isToRead: (name: string) => boolean): Promise<number> {
    const blocks = new Blocks(join(own.place, "blocks"), isToRead);
    await storeFile(blocks, "post/data.mdb", chunks(content));
    return blocks.repaired;
  }

  it.each([
    ["cut off", (path: string) => truncateSync(path, statSync(path).size - 1)],
    ["empty", (path: string) => truncateSync(path)],
    ["longer", (path: string) => writeFileSync(path, Buffer.alloc(9), { flag: "a" })],
  ])("is stored anew by the next backup that has it, when it is %s", async (_, damage) => {
    const manifest = await own.takeOne(content, 1_000);
    for (const file of own.blockFiles()) {
      damage(file);
      expect(await putAgain(() => false)).toBe(1);
      expect(await putAgain(() => false)).toBe(0);
    }
    await using repository = await Repository.openToRead(own.place);
    expect(await repository.verify(manifest)).toBe(content.length);
  });

  it("is stored anew when it is one of those that are read, each backup others", async () => {
    const manifest = await own.takeOne(content, 1_000);
    const [file] = own.blockFiles();
    const packed = readFileSync(file);
    writeFileSync(file, packed.with(packed.length - 1, packed[packed.length - 1] ^ 1));
    const name = file.slice(-64);
    expect(await putAgain((one) => one !== name)).toBe(0);
    expect(await putAgain((one) => one === name)).toBe(1);
    await using repository = await Repository.openToRead(own.place);
    expect(await repository.verify(manifest)).toBe(content.length);
  });
});
