import {
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  FolderInUseError,
  HOLDER_NAME,
  LOCK_FILES,
  lockFolder,
} from "../../../services/platform/storage/folder-lock.ts";
import { BLOCK_BYTES, DamagedBackupError } from "./blocks.ts";
import { encodeManifest, ForeignBackupError } from "./manifest.ts";
import { Repository } from "./repository.ts";
import { readFileBack, storeFile } from "./stored-file.ts";
import { bytes, chunks, type OneRepository, oneRepository } from "./testing/one-repository.ts";

let folder: string;
let own: OneRepository;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tidings-repository-"));
  own = oneRepository(join(folder, "backups-of-one"));
});
afterEach(() => rm(folder, { recursive: true }));

/** Names and times of all that is in a folder. */
function contentOf(path: string): readonly (readonly [string, number])[] {
  const names = readdirSync(path, { recursive: true, encoding: "utf8" }).sort();
  return ["", ...names].map((name) => [name, statSync(join(path, name)).mtimeMs] as const);
}

describe("a repository", () => {
  it("gives back what was stored, whatever its length and however it came", async () => {
    await using repository = await Repository.openOrMake(own.place, "embedded");
    for (const length of [0, 1, BLOCK_BYTES - 1, BLOCK_BYTES, 3 * BLOCK_BYTES + 7]) {
      const content = bytes(length);
      const { file } = await storeFile(repository.blocks, "a", chunks(content));
      expect(file.bytes).toBe(length);
      const back = Buffer.concat(await Array.fromAsync(readFileBack(repository.blocks, file)));
      expect(back.equals(content)).toBe(true);
    }
  });

  it("stores again only the blocks that have changed", async () => {
    const content = bytes(20 * BLOCK_BYTES);
    await own.takeOne(content, 1_000);
    const before = own.blockFiles().length;
    content[5 * BLOCK_BYTES] ^= 1;
    await own.takeOne(content, 2_000);
    // The block, and the list that names it.
    expect(own.blockFiles().length - before).toBe(2);
  });

  it("forgets old backups, the newest never, and what only they needed", async () => {
    await own.takeOne(bytes(5 * BLOCK_BYTES), 1_000);
    const content = bytes(3 * BLOCK_BYTES);
    const newest = await own.takeOne(content, 2_000);
    await using repository = await Repository.open(own.place);
    expect(await repository.prune(9_000)).toMatchObject({ backups: 1 });
    expect(await repository.survey()).toEqual({ backups: [newest], unreadable: [] });
    expect(own.blockFiles().length).toBe(4);
    expect(await repository.verify(newest)).toBe(content.length);
  });

  it("is for one process at a time", async () => {
    await using _ = await Repository.openOrMake(own.place, "embedded");
    const opening = Repository.open(own.place);
    await expect(opening).rejects.toThrow(FolderInUseError);
    await expect(opening).rejects.toThrow(/in use by process .*: another backup or restore works/);
  });

  it("is waited for, which is said once, and not for ever", async () => {
    const first = await Repository.openOrMake(own.place, "embedded");
    const said: string[] = [];
    const onWait = (message: string) => {
      said.push(message);
    };
    const short = Repository.open(own.place, "embedded", { waitMs: 300, onWait });
    await expect(short).rejects.toThrow(FolderInUseError);
    expect(said).toEqual([`${own.place} is in use: waits for at most 0.3 s`]);
    const release = () => first[Symbol.asyncDispose]();
    await using _ = await Repository.open(own.place, "embedded", {
      waitMs: 60_000,
      onWait: release,
    });
  });

  it("is made by one of two who begin with it, and the other waits", async () => {
    const lock = lockFolder(own.place);
    const onWait = () => lock.release();
    const patience = { waitMs: 60_000, onWait };
    await using second = await Repository.openOrMake(own.place, "embedded", patience);
    expect(await second.newest()).toEqual({ backups: [], unreadable: [] });
  });

  it("is read without a trace, by several at a time, and not while somebody writes", async () => {
    const manifest = await own.takeOne(bytes(2 * BLOCK_BYTES), 1_000);
    for (const name of LOCK_FILES) await rm(join(own.place, name), { force: true });
    const before = contentOf(own.place);
    for (let readers = 0; readers < 2; readers++) {
      const repository = await Repository.openToRead(own.place);
      await using _ = await Repository.openToRead(own.place);
      expect(await repository.survey()).toMatchObject({ backups: [manifest] });
      expect(await repository.verify(manifest)).toBe(2 * BLOCK_BYTES);
      await repository[Symbol.asyncDispose]();
    }
    expect(contentOf(own.place)).toEqual(before);
    const writer = await Repository.open(own.place);
    await expect(Repository.openToRead(own.place)).rejects.toThrow(FolderInUseError);
    await writer[Symbol.asyncDispose]();
    await using _ = await Repository.openToRead(own.place);
    await expect(Repository.open(own.place)).rejects.toThrow(FolderInUseError);
  });

  it.skipIf(process.platform !== "linux")("is pruned where there is no room", async () => {
    await own.takeOne(bytes(5 * BLOCK_BYTES), 1_000);
    await own.takeOne(bytes(BLOCK_BYTES), 2_000);
    const holder = join(own.place, HOLDER_NAME);
    await rm(holder);
    symlinkSync("/dev/full", holder);
    await using repository = await Repository.open(own.place);
    expect(await repository.prune(9_000)).toMatchObject({ backups: 1 });
  });

  it.skipIf(process.platform !== "linux")("says which folder has no room", async () => {
    mkdirSync(own.place);
    symlinkSync("/dev/full", join(own.place, "repository.json.tmp"));
    const making = Repository.openOrMake(own.place, "embedded");
    await expect(making).rejects.toThrow(`${own.place}: ENOSPC: no space left on device`);
    await expect(making).rejects.toThrow("make room there");
  });

  it("says which folder can't be written", async () => {
    await own.takeOne(bytes(10), 1_000);
    await using repository = await Repository.open(own.place);
    const blocks = join(own.place, "blocks");
    await rm(blocks, { recursive: true });
    writeFileSync(blocks, "");
    const storing = storeFile(repository.blocks, "a", chunks(bytes(10)));
    await expect(storing).rejects.toThrow(new RegExp(`^${blocks}: ENOTDIR.*choose another folder`));
  });

  it("whose facts are damaged is named", async () => {
    await own.takeOne(bytes(10), 1_000);
    writeFileSync(join(own.place, "repository.json"), "{");
    await expect(Repository.open(own.place)).rejects.toThrow(
      `${own.place}/repository.json is damaged`,
    );
  });
});

describe("a backup is refused by name", () => {
  it("when a block is damaged, or missing", async () => {
    const manifest = await own.takeOne(bytes(2 * BLOCK_BYTES), 1_000);
    await using repository = await Repository.open(own.place);
    for (const file of own.blockFiles()) {
      const content = readFileSync(file);
      writeFileSync(file, content.with(content.length >> 1, content[content.length >> 1] ^ 4));
      await expect(repository.verify(manifest)).rejects.toThrow(DamagedBackupError);
      await rm(file);
      const name = file.slice(file.lastIndexOf("/") + 1);
      await expect(repository.verify(manifest)).rejects.toThrow(`block ${name} is missing`);
      writeFileSync(file, content);
    }
    expect(await repository.verify(manifest)).toBe(2 * BLOCK_BYTES);
  });

  it("when its manifest is damaged anywhere", async () => {
    const manifest = await own.takeOne(bytes(10), 1_000);
    const path = own.manifestFile(manifest);
    const content = readFileSync(path);
    await using repository = await Repository.open(own.place);
    for (let at = 0; at < content.length - 1; at += 3) {
      writeFileSync(path, content.with(at, content[at] ^ 1));
      const { backups, unreadable } = await repository.survey();
      expect(backups).toEqual([]);
      expect(unreadable).toMatchObject([{ path, momentMs: 1_000 }]);
      expect(unreadable[0].why.message).toContain(path);
    }
  });

  it("when it belongs to another repository, or another version made it", async () => {
    const manifest = await own.takeOne(bytes(10), 1_000);
    const path = own.manifestFile(manifest);
    await using repository = await Repository.open(own.place);
    const why = async () => (await repository.survey()).unreadable[0].why.message;
    writeFileSync(path, encodeManifest({ ...manifest, repository: "other" }));
    expect(await why()).toMatch(/belongs to the repository other/);
    writeFileSync(path, encodeManifest(manifest).replace('"version":1', '"version":2'));
    expect(await why()).toMatch(/made by another version \(2\)/);
  });

  it("when the folder has none of ours, or those of other engines", async () => {
    await expect(Repository.open(folder)).rejects.toThrow(ForeignBackupError);
    writeFileSync(join(folder, "holiday.jpg"), "x");
    await expect(Repository.openOrMake(folder, "embedded")).rejects.toThrow(
      /other files \(holiday\.jpg\): .*empty or not there yet, such as .*tidings/,
    );
    await own.takeOne(bytes(10), 1_000);
    await expect(Repository.open(own.place, "cql")).rejects.toThrow(/TIDINGS_ENGINE=embedded/);
  });
});
