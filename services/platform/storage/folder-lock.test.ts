import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  FolderInUseError,
  HOLDER_NAME,
  LOCK_FILES,
  LOCK_NAME,
  lockFolder,
  lockToRead,
} from "./folder-lock.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tidings-lock-"));
});
afterEach(() => rm(folder, { recursive: true }));

describe("the lock of a folder", () => {
  it("is held once, and free again when it is released", () => {
    const lock = lockFolder(folder);
    expect(() => lockFolder(folder)).toThrow(FolderInUseError);
    lock.release();
    lock.release();
    lockFolder(folder).release();
  });

  it("holds against another process, and is free once that was killed", async () => {
    const other = await startHolder();
    expect(() => lockFolder(folder)).toThrow(
      new RegExp(
        `^${folder} is in use by process ${other.pid} on .*: stop it first, or set TIDINGS_`,
      ),
    );
    const exited = once(other, "exit");
    other.kill("SIGKILL");
    await exited;
    lockFolder(folder).release();
  });

  it("leaves nothing in the folder but what is known as its own", async () => {
    const lock = lockFolder(folder);
    for (const name of await readdir(folder)) expect(LOCK_FILES).toContain(name);
    lock.release();
  });

  it("says what to do in the words of whoever asks for it", () => {
    const lock = lockFolder(folder);
    const remedy = "wait for it";
    expect(() => lockFolder(folder, { remedy })).toThrow(/ is in use by process .*: wait for it$/);
    lock.release();
  });

  it("names the folder, the cause and the remedy where none can be held", async () => {
    const [file, link] = [join(folder, "file"), join(folder, "link")];
    await writeFile(file, "");
    expect(() => lockFolder(file)).toThrow(`${file} is a file, and a folder is needed`);
    // SQLite's own words are "unable to open database file".
    await symlink("/proc/self/net", link);
    expect(() => lockFolder(link)).toThrow(new RegExp(`^${link}: E[A-Z]+: .*: .*another folder$`));
  });

  it.skipIf(process.platform !== "linux")("is held on a disk without room", async () => {
    await symlink("/dev/full", join(folder, HOLDER_NAME));
    const lock = lockFolder(folder);
    // A journal would want room.
    expect(await readdir(folder)).toEqual([HOLDER_NAME, LOCK_NAME]);
    // Reading it would never end.
    await rm(join(folder, HOLDER_NAME));
    expect(() => lockFolder(folder)).toThrow(FolderInUseError);
    lock.release();
  });

  it("is held to read without a trace, and keeps nobody out where nobody ever wrote", async () => {
    lockToRead(folder).release();
    expect(await readdir(folder)).toEqual([]);
    lockFolder(folder).release();
    await rm(join(folder, HOLDER_NAME));
    const readers = [lockToRead(folder), lockToRead(folder)];
    expect(() => lockFolder(folder)).toThrow(FolderInUseError);
    for (const reader of readers) reader.release();
    expect(await readdir(folder)).toEqual([LOCK_NAME]);
    const writer = lockFolder(folder);
    expect(() => lockToRead(folder)).toThrow(/ is in use by process /);
    writer.release();
  });

  it("does not believe what a dead process, or one of another container, wrote into the folder", async () => {
    await writeFile(join(folder, HOLDER_NAME), `process ${process.pid} on here`);
    const lock = lockFolder(folder);
    await writeFile(join(folder, HOLDER_NAME), "process 999999999 on there");
    expect(() => lockFolder(folder)).toThrow("in use by process 999999999 on there");
    lock.release();
  });

  it("is shared by readers, who keep writers out", () => {
    const readers = [lockFolder(folder, { shared: true }), lockFolder(folder, { shared: true })];
    expect(() => lockFolder(folder)).toThrow(FolderInUseError);
    for (const reader of readers) reader.release();
    const writer = lockFolder(folder);
    expect(() => lockFolder(folder, { shared: true })).toThrow(FolderInUseError);
    writer.release();
  });
});

async function startHolder(): Promise<ChildProcess> {
  const holder = fork(join(import.meta.dirname, "testing/hold-folder.ts"), [folder]);
  await once(holder, "message");
  return holder;
}
