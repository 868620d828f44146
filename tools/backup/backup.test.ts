import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openLmdb } from "../../services/platform/storage/lmdb/open.ts";
import { shell } from "../../test/support/readme/shell.ts";
import { readMeshConfig } from "./config.ts";
import { type Manifest, partsIn } from "./repository/manifest.ts";
import { IMPATIENT } from "./repository/patience.ts";
import { Repository } from "./repository/repository.ts";
import { restore, withNewestErasures } from "./restore.ts";
import { takeBackup } from "./take.ts";

let root: string;
let dataDir: string;
let folder: string;
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), "tidings-backup-"));
  dataDir = join(root, "data");
  folder = join(root, "backups");
  for (const name of ["post", "friend"]) await openLmdb(join(dataDir, name)).close();
  mkdirSync(join(dataDir, "keys"));
  writeFileSync(join(dataDir, "keys", "one.pem"), "key");
});
afterEach(() => rmSync(root, { recursive: true }));

const configOf = (path: string) =>
  readMeshConfig({ TIDINGS_ENGINE: "embedded", TIDINGS_DATA_DIR: path });

async function take(more: { folder?: string; dataDir?: string; partsMayBeMissing?: boolean } = {}) {
  const config = await configOf(more.dataDir ?? dataDir);
  const told = { onProgress: () => {}, onWarning: () => {} };
  const taking = { folder, patience: IMPATIENT, partsMayBeMissing: false, ...told };
  return takeBackup({ ...taking, ...more, config });
}

async function all(): Promise<readonly Manifest[]> {
  await using repository = await Repository.openToRead(folder);
  return (await repository.survey()).backups;
}

/** `npm run backup -- ARGS`. */
function backup(args: string) {
  const env = { ...process.env, TIDINGS_ENGINE: "embedded", TIDINGS_DATA_DIR: dataDir };
  return shell(`node tools/backup/main.ts ${args}`, env);
}

describe("a backup without what the one before has", () => {
  it("is refused, with its name and the remedy, and does not become the newest", async () => {
    const first = await take();
    for (const name of ["friend", "keys"]) rmSync(join(dataDir, name), { recursive: true });
    await expect(take()).rejects.toThrow(/^not found in .*data: friend, keys, .*--parts-may/);
    expect(await all()).toEqual([first]);
  });

  it("is taken when that is meant, and is what the next one is measured by", async () => {
    await take();
    rmSync(join(dataDir, "friend"), { recursive: true });
    await take({ partsMayBeMissing: true });
    expect([...partsIn(await take())]).toEqual(["post", "keys"]);
  });

  it("is refused when it is another mesh's: one that was made anew, with keys of its own", async () => {
    const first = await take();
    writeFileSync(join(dataDir, "keys", "one.pem"), "another key");
    await expect(take()).rejects.toThrow(/^the keys in .*keys are none of those.*another mesh/);
    expect(await all()).toEqual([first]);
    writeFileSync(join(dataDir, "keys", "two.pem"), "one more");
    await take({ partsMayBeMissing: true });
    writeFileSync(join(dataDir, "keys", "one.pem"), "changed in turn");
    await take();
  });

  it("loses no erasure: a restore takes those of the newest backup that has any", () => {
    const file = (path: string) => ({ path, bytes: 0, lists: [] });
    const made = (momentMs: number, ...paths: readonly string[]): Manifest => ({
      ...{ repository: "r", engine: "embedded", momentMs, endedMs: momentMs, release: "1" },
      files: paths.map(file),
    });
    const older = made(1, "post/data.mdb", "erasure/old");
    const backups = [older, made(2, "erasure/new"), made(3, "post/data.mdb")];
    expect(withNewestErasures(older, backups)).toEqual([
      file("post/data.mdb"),
      file("erasure/new"),
    ]);
  });

  it("is refused when it would have nothing at all, and makes no repository", async () => {
    const empty = join(root, "empty");
    await expect(take({ dataDir: empty })).rejects.toThrow(`${empty} has nothing of a mesh`);
    await expect(all()).rejects.toThrow("has no backups of a mesh");
  });
});

describe("a mesh that is a bookstore alone", () => {
  it("is backed up and comes back", async () => {
    const [store, back] = [join(root, "store"), join(root, "back")];
    mkdirSync(join(store, "bookstore"), { recursive: true });
    writeFileSync(join(store, "bookstore", "00000001.log"), "orders");
    await openLmdb(join(store, "bookstore-people")).close();
    const { files } = await take({ dataDir: store });
    expect([...partsIn({ files })]).toEqual(["bookstore", "bookstore-people"]);
    await restore(folder, await configOf(back), Number.POSITIVE_INFINITY, () => {});
    expect(readFileSync(join(back, "bookstore", "00000001.log"), "utf8")).toBe("orders");
  });

  it("is not one whose keys are all there is", async () => {
    const keys = join(root, "keys-alone");
    mkdirSync(join(keys, "keys"), { recursive: true });
    writeFileSync(join(keys, "keys", "one.pem"), "key");
    await expect(take({ dataDir: keys })).rejects.toThrow(`${keys} has nothing of a mesh`);
  });
});

describe("a repository and a data folder", () => {
  it("are not one within the other, whatever links say", async () => {
    const link = join(root, "link");
    symlinkSync(dataDir, link);
    for (const path of [dataDir, join(dataDir, "backups"), join(link, "a", "b")]) {
      const message = `the repository ${path} lies in the data folder ${dataDir}`;
      await expect(take({ folder: path })).rejects.toThrow(message);
    }
    await expect(take({ folder: root })).rejects.toThrow(`lies in the repository ${root}`);
  });

  it("nor is what is restored within the repository", async () => {
    await take();
    const within = join(folder, "data");
    const restoring = restore(folder, await configOf(within), Number.POSITIVE_INFINITY, () => {});
    await expect(restoring).rejects.toThrow(`${within} lies in the repository ${folder}`);
  });
});

describe("npm run backup", () => {
  it("forgets older ones after a single one, too", async () => {
    await using repository = await Repository.openOrMake(folder, "embedded");
    const { files } = await take({ folder: join(root, "other") });
    const old = { momentMs: 1, endedMs: 2, release: "1", files: [] as typeof files };
    await repository.add({ ...old, repository: repository.id, engine: "embedded" });
    await repository[Symbol.asyncDispose]();
    const { code, output } = await backup(`take --keep 1d --in ${folder}`).ended;
    expect({ code, output }).toMatchObject({ code: 0 });
    expect(output).toContain("1 backup forgotten");
    expect(await all()).toHaveLength(1);
  });

  it.each([
    ["a file", "/etc/passwd", "/etc/passwd is a file, and a folder is needed"],
    ["below /proc, at once", "/proc/tidings", "/proc/tidings: ENOENT"],
    ["below a file", "/etc/passwd/below", "/etc/passwd"],
  ])("names a place where there can be no repository: %s", async (_name, place, message) => {
    const { code, output } = await backup(`take --in ${place}`).ended;
    expect({ code, output }).toEqual({ code: 1, output: expect.stringContaining(message) });
    expect(output).toContain("choose another folder");
  });

  it("has nothing to verify, or to restore, in a backup of nothing", async () => {
    const repository = await Repository.openOrMake(folder, "embedded");
    const nothing = { momentMs: 1, endedMs: 2, release: "1", files: [] };
    await repository.add({ ...nothing, repository: repository.id, engine: "embedded" });
    await repository[Symbol.asyncDispose]();
    const { code, output } = await backup(`verify --in ${folder}`).ended;
    expect({ code, output }).toEqual({ code: 1, output: expect.stringContaining("nothing in it") });
    const config = await configOf(join(root, "new"));
    const restoring = restore(folder, config, Number.POSITIVE_INFINITY, () => {});
    await expect(restoring).rejects.toThrow("has nothing in it");
  });
});

describe("npm run restore", () => {
  it("says where the console's token will be, which is in no backup", async () => {
    mkdirSync(join(dataDir, "console"));
    writeFileSync(join(dataDir, "console", "admin-token"), "of before");
    const { files } = await take();
    expect(files.filter(({ path }) => path.includes("console"))).toEqual([]);
    const restoreInto = async (name: string, more: Readonly<Record<string, string>> = {}) => {
      const env = {
        ...process.env,
        TIDINGS_ENGINE: "embedded",
        TIDINGS_DATA_DIR: join(root, name),
      };
      return shell(`node tools/restore/main.ts --quiet --from ${folder}`, { ...env, ...more })
        .ended;
    };
    const { code, output } = await restoreInto("new");
    expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining("is back in") });
    const token = join(root, "new", "console", "admin-token");
    expect(output).toContain(`token is in no backup. It makes another in ${token} when it starts`);
    const named = await restoreInto("other", { TIDINGS_CONSOLE_TOKEN_FILE: "/run/secrets/token" });
    expect(named).toMatchObject({ code: 0, output: expect.not.stringContaining("token") });
  });
});
