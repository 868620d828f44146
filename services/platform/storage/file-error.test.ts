import { mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FileError, makeFolder, onFile } from "./file-error.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "tidings-folder-"));
});
afterEach(() => rmSync(root, { recursive: true }));

describe("a folder is made", () => {
  it("with those above it, for its owner alone; and again, which changes nothing", () => {
    const folder = join(root, "a", "b", "c");
    makeFolder(folder);
    makeFolder(folder);
    for (const path of [join(root, "a"), folder]) expect(statSync(path).mode & 0o777).toBe(0o700);
  });

  it("or refused by name where there is a file, or a link to nothing", () => {
    const file = join(root, "file");
    writeFileSync(file, "x");
    expect(() => makeFolder(file)).toThrow(`${file} is a file`);
    expect(() => makeFolder(join(file, "below"))).toThrow(FileError);
    symlinkSync(join(root, "nowhere"), join(root, "link"));
    expect(() => makeFolder(join(root, "link"))).toThrow(/link: EEXIST.*choose another folder/);
  });

  // Node's recursive mkdir spins there for ever.
  it.skipIf(process.platform !== "linux")("or refused at once below /proc", () => {
    expect(() => makeFolder("/proc/tidings")).toThrow(/^\/proc\/tidings: ENOENT.*choose another/);
    expect(() => makeFolder("/proc/tidings/a/b")).toThrow(FileError);
  });
});

describe("what went wrong with a file", () => {
  // A write that finds no room names no file.
  it.skipIf(process.platform !== "linux")("names it, and the remedy", async () => {
    const writing = onFile("/dev/full", () => writeFile("/dev/full", "x"));
    await expect(writing).rejects.toThrow(/^\/dev\/full: ENOSPC.*: make room there/);
  });

  it("stays as it is when it is no error of files", async () => {
    const error = new Error("other");
    await expect(onFile(root, () => Promise.reject(error))).rejects.toBe(error);
  });
});
