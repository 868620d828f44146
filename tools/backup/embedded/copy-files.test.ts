import { appendFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { segmentName } from "../../../services/platform/storage/log/segments.ts";
import { Blocks } from "../repository/blocks.ts";
import { readFileBack, type Stored } from "../repository/stored-file.ts";
import { copyFiles } from "./copy-files.ts";

let root: string;
let folder: string;
let blocks: Blocks;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "tidings-copy-"));
  folder = join(root, "log");
  mkdirSync(join(folder, "blobs"), { recursive: true });
  blocks = new Blocks(join(root, "blocks"));
  await blocks.prepare();
});
afterEach(() => rm(root, { recursive: true }));

const write = (name: string, text: string) => writeFileSync(join(folder, name), text);

/** Like Blocks, but does something the first time that it is given anything. */
function meanwhile(act: () => void): Blocks {
  let isDone = false;
  return Object.assign(Object.create(blocks) as Blocks, {
    put: (content: Uint8Array) => {
      if (!isDone) act();
      isDone = true;
      return blocks.put(content);
    },
  });
}

async function contents(stored: readonly Stored[]) {
  const texts = stored.map(async ({ file }) => {
    const parts = await Array.fromAsync(readFileBack(blocks, file));
    return [file.path, Buffer.concat(parts).toString()] as const;
  });
  return Object.fromEntries(await Promise.all(texts));
}

it("copies a log and what stands for its beginning, without locks and what is half written", async () => {
  write("blobs/manifest", "m");
  write("blobs/next.tmp", "half");
  write("folder.lock", "");
  write(segmentName(0), "one");
  const stored = await copyFiles(blocks, folder, (path) => `growth/${path}`);
  expect(await contents(stored)).toEqual({
    "growth/blobs/manifest": "m",
    [`growth/${segmentName(0)}`]: "one",
  });
});

it("takes no harm from a log that grows, and goes on in a new segment", async () => {
  write(segmentName(0), "one");
  const growing = meanwhile(() => {
    appendFileSync(join(folder, segmentName(0)), "more");
    write(segmentName(7), "next");
  });
  const copied = await contents(await copyFiles(growing, folder, (path) => path));
  expect(copied).toEqual({ [segmentName(0)]: "one" });
});

it("copies all again when the log was cut behind a new snapshot", async () => {
  write("snapshot", "old");
  write(segmentName(0), "one");
  const cutting = meanwhile(() => {
    write("snapshot.tmp", "new");
    renameSync(join(folder, "snapshot.tmp"), join(folder, "snapshot"));
    write(segmentName(3), "two");
    rmSync(join(folder, segmentName(0)));
  });
  const copied = await contents(await copyFiles(cutting, folder, (path) => path));
  expect(copied).toEqual({ snapshot: "new", [segmentName(3)]: "two" });
});

it("gives up, and says so, when it never stands still", async () => {
  let count = 0;
  const restless = Object.assign(Object.create(blocks) as Blocks, {
    put: (content: Uint8Array) => {
      write("snapshot.tmp", `${count++}`);
      renameSync(join(folder, "snapshot.tmp"), join(folder, "snapshot"));
      return blocks.put(content);
    },
  });
  write("snapshot", "first");
  const copying = copyFiles(restless, folder, (path) => path);
  await expect(copying).rejects.toThrow(/was changed 5 times/);
});
