import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadOrCreateDevelopmentKey } from "./development-key.ts";

let dataDir: string;
beforeEach(async () => {
  dataDir = join(await mkdtemp(join(tmpdir(), "tidings-keys-")), "data");
});
afterEach(() => rm(join(dataDir, ".."), { recursive: true }));

describe("loadOrCreateDevelopmentKey", () => {
  it("makes a key that only its owner can read, once", async () => {
    const key = await loadOrCreateDevelopmentKey(dataDir);
    const again = await loadOrCreateDevelopmentKey(dataDir);
    expect(again.equals(key)).toBe(true);
    const folder = join(dataDir, "keys");
    const [file] = await readdir(folder);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect((await stat(join(folder, file as string))).mode & 0o777).toBe(0o600);
  });

  it("gives one key to all who come first at the same time", async () => {
    const keys = await Promise.all(
      Array.from({ length: 8 }, () => loadOrCreateDevelopmentKey(dataDir)),
    );
    expect(keys.every((key) => key.equals(keys[0] as (typeof keys)[0]))).toBe(true);
    expect(await readdir(join(dataDir, "keys"))).toEqual(["jwt-development.pem"]);
  });

  it("names a file that holds no key, and the remedy", async () => {
    await loadOrCreateDevelopmentKey(dataDir);
    await writeFile(join(dataDir, "keys", "jwt-development.pem"), "noise");
    await expect(loadOrCreateDevelopmentKey(dataDir)).rejects.toThrow(/jwt-development.*delete it/);
  });
});
