import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FolderInUseError, lockFolder } from "../../../services/platform/storage/folder-lock.ts";
import { seededRandom } from "../../../services/platform/storage/log/testing/random.ts";
import { BLOCK_BYTES, DamagedBackupError } from "./blocks.ts";
import { backupName, encodeManifest, ForeignBackupError, type Manifest } from "./manifest.ts";
import { Repository } from "./repository.ts";
import { readFileBack, storeFile } from "./stored-file.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tidings-repository-"));
});
afterEach(() => rm(folder, { recursive: true }));

const random = seededRandom(1);
const bytes = (length: number) =>
  Buffer.from(Array.from({ length }, () => Math.floor(random() * 256)));
const place = () => join(folder, "backups-of-one");

async function* chunks(content: Buffer): AsyncGenerator<Buffer> {
  for (let from = 0; from < content.length; ) {
    const to = from + 1 + Math.floor(random() * 100_000);
    yield content.subarray(from, to);
    from = to;
  }
}

async function takeOne(content: Buffer, momentMs: number): Promise<Manifest> {
  await using repository = await Repository.openOrMake(place(), "embedded");
  const { file } = await storeFile(repository.blocks, "post/data.mdb", chunks(content));
  const manifest: Manifest = {
    ...{ repository: repository.id, engine: "embedded", momentMs, endedMs: momentMs + 5 },
    ...{ release: "1.2.3", files: [file] },
  };
  await repository.add(manifest);
  return manifest;
}

function blockFiles(): readonly string[] {
  const root = join(place(), "blocks");
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

const manifestFile = (of: Manifest) => join(place(), "backups", `${backupName(of)}.json`);

describe("a repository", () => {
  it("gives back what was stored, whatever its length and however it came", async () => {
    await using repository = await Repository.openOrMake(place(), "embedded");
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
    await takeOne(content, 1_000);
    const before = blockFiles().length;
    content[5 * BLOCK_BYTES] ^= 1;
    await takeOne(content, 2_000);
    // The block, and the list that names it.
    expect(blockFiles().length - before).toBe(2);
  });

  it("forgets old backups, the newest never, and what only they needed", async () => {
    await takeOne(bytes(5 * BLOCK_BYTES), 1_000);
    const content = bytes(3 * BLOCK_BYTES);
    const newest = await takeOne(content, 2_000);
    await using repository = await Repository.open(place());
    expect(await repository.prune(9_000)).toMatchObject({ backups: 1 });
    expect(await repository.list()).toEqual([newest]);
    expect(blockFiles().length).toBe(4);
    expect(await repository.verify(newest)).toBe(content.length);
  });

  it("is for one process at a time", async () => {
    await using _ = await Repository.openOrMake(place(), "embedded");
    const opening = Repository.open(place());
    await expect(opening).rejects.toThrow(FolderInUseError);
    await expect(opening).rejects.toThrow(/in use by process .*: another backup or restore works/);
  });

  it("is waited for, which is said once, and not for ever", async () => {
    const first = await Repository.openOrMake(place(), "embedded");
    const said: string[] = [];
    const onWait = (message: string) => {
      said.push(message);
    };
    const short = Repository.open(place(), "embedded", { waitMs: 300, onWait });
    await expect(short).rejects.toThrow(FolderInUseError);
    expect(said).toEqual([`${place()} is in use: waits for at most 0.3 s`]);
    const release = () => first[Symbol.asyncDispose]();
    await using _ = await Repository.open(place(), "embedded", { waitMs: 60_000, onWait: release });
  });

  it("is made by one of two who begin with it, and the other waits", async () => {
    const lock = lockFolder(place());
    const onWait = () => lock.release();
    const patience = { waitMs: 60_000, onWait };
    await using second = await Repository.openOrMake(place(), "embedded", patience);
    expect(await second.newest()).toBeUndefined();
  });

  it.skipIf(process.platform !== "linux")("says which folder has no room", async () => {
    mkdirSync(place());
    symlinkSync("/dev/full", join(place(), "repository.json.tmp"));
    const making = Repository.openOrMake(place(), "embedded");
    await expect(making).rejects.toThrow(`${place()}: ENOSPC: no space left on device`);
    await expect(making).rejects.toThrow("make room there");
  });

  it("says which folder can't be written", async () => {
    await takeOne(bytes(10), 1_000);
    await using repository = await Repository.open(place());
    const blocks = join(place(), "blocks");
    await rm(blocks, { recursive: true });
    writeFileSync(blocks, "");
    const storing = storeFile(repository.blocks, "a", chunks(bytes(10)));
    await expect(storing).rejects.toThrow(new RegExp(`^${blocks}: ENOTDIR.*choose another folder`));
  });

  it("whose facts are damaged is named", async () => {
    await takeOne(bytes(10), 1_000);
    writeFileSync(join(place(), "repository.json"), "{");
    await expect(Repository.open(place())).rejects.toThrow(`${place()}/repository.json is damaged`);
  });
});

describe("a backup is refused by name", () => {
  it("when a block is damaged, or missing", async () => {
    const manifest = await takeOne(bytes(2 * BLOCK_BYTES), 1_000);
    await using repository = await Repository.open(place());
    for (const file of blockFiles()) {
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
    const manifest = await takeOne(bytes(10), 1_000);
    const path = manifestFile(manifest);
    const content = readFileSync(path);
    await using repository = await Repository.open(place());
    for (let at = 0; at < content.length - 1; at += 3) {
      writeFileSync(path, content.with(at, content[at] ^ 1));
      await expect(repository.list()).rejects.toThrow(path);
    }
  });

  it("when it belongs to another repository, or another version made it", async () => {
    const manifest = await takeOne(bytes(10), 1_000);
    const path = manifestFile(manifest);
    await using repository = await Repository.open(place());
    writeFileSync(path, encodeManifest({ ...manifest, repository: "other" }));
    await expect(repository.list()).rejects.toThrow(/belongs to the repository other/);
    writeFileSync(path, encodeManifest(manifest).replace('"version":1', '"version":2'));
    await expect(repository.list()).rejects.toThrow(/made by another version \(2\)/);
  });

  it("when the folder has none of ours, or those of other engines", async () => {
    await expect(Repository.open(folder)).rejects.toThrow(ForeignBackupError);
    writeFileSync(join(folder, "holiday.jpg"), "x");
    await expect(Repository.openOrMake(folder, "embedded")).rejects.toThrow(
      /other files \(holiday\.jpg\): .*empty or not there yet, such as .*tidings/,
    );
    await takeOne(bytes(10), 1_000);
    await expect(Repository.open(place(), "cql")).rejects.toThrow(/TIDINGS_ENGINE=embedded/);
  });
});
