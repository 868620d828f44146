import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LOCK_FILES, lockFolder } from "../../../services/platform/storage/folder-lock.ts";
import { openDataFolder } from "./data-folder.ts";

let prefilled: string;
beforeEach(async () => {
  prefilled = await mkdtemp(join(tmpdir(), "tidings-prefilled-"));
  await mkdir(join(prefilled, "post"));
  await writeFile(join(prefilled, "post", "data.mdb"), "posts");
  for (const name of LOCK_FILES) await writeFile(join(prefilled, "post", name), "");
});
afterEach(() => rm(prefilled, { recursive: true, force: true }));

describe("the data folder of a target", () => {
  it("is a copy of the prefilled one, without its locks, and goes when it is disposed", async () => {
    const folder = await openDataFolder({ dataDir: prefilled, root: prefilled });
    await using disposing = folder;
    const copy = join(disposing.path, "post");
    expect(await readdir(copy)).toEqual(["data.mdb"]);
    await writeFile(join(copy, "data.mdb"), "other");
    expect(await readFile(join(prefilled, "post", "data.mdb"), "utf8")).toBe("posts");
    await folder[Symbol.asyncDispose]();
    await expect(readdir(folder.path)).rejects.toThrow("ENOENT");
  });

  it("stays when it was named to be kept", async () => {
    const keepIn = join(prefilled, "kept");
    await (await openDataFolder({ keepIn, root: prefilled }))[Symbol.asyncDispose]();
    expect(await readdir(keepIn)).toEqual([]);
  });

  it("is refused when there are no data, and while a mesh writes them", async () => {
    const nothing = join(prefilled, "post");
    await expect(openDataFolder({ dataDir: nothing, root: prefilled })).rejects.toThrow(
      `No data of a mesh in ${nothing}: make them with \`npm run load -- prefill\``,
    );
    const lock = lockFolder(prefilled);
    await expect(openDataFolder({ dataDir: prefilled, root: prefilled })).rejects.toThrow(
      `${prefilled} is in use by process ${process.pid}`,
    );
    lock.release();
    await using _copied = await openDataFolder({ dataDir: prefilled, root: prefilled });
  });
});
