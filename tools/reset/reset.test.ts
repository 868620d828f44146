import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lockFolder } from "../../services/platform/storage/folder-lock.ts";

const run = promisify(execFile);
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tidings-reset-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** `npm run reset -- ...ARGS`, with nobody at a terminal. */
async function reset(...args: readonly string[]) {
  const main = join(import.meta.dirname, "main.ts");
  const env = { ...process.env, TIDINGS_DATA_DIR: folder };
  const ended = run(process.execPath, [main, ...args], { env }).then(
    (output) => ({ ...output, code: 0 }),
    (failed: { code: number; stdout: string; stderr: string }) => failed,
  );
  const { code, stdout, stderr } = await ended;
  return { code, text: stdout + stderr };
}

function fill(...names: readonly string[]): void {
  for (const name of names) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, "file"), "x".repeat(100));
  }
}

describe("reset", () => {
  it("deletes nothing until it is told to, and says what it would", async () => {
    lockFolder(folder).release();
    fill("post", "timeline");
    const { code, text } = await reset();
    expect(code).toBe(2);
    expect(text).toMatch(/deletes for good:\n {2}post .*\n {2}timeline /);
    expect(text).toContain("--yes");
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(["post", "timeline"]));
  });

  it("explains itself, and no more, when asked", async () => {
    fill("post");
    expect(await reset("--help")).toMatchObject({
      code: 0,
      text: expect.stringContaining("--yes"),
    });
    expect(readdirSync(folder)).toEqual(["post"]);
  });

  it("deletes what the mesh made, and keeps what it did not, and load worlds unless asked", async () => {
    lockFolder(folder).release();
    fill("post", "keys", "monitoring", "engines", "load", "holidays");
    expect(await reset("--yes")).toMatchObject({ code: 0 });
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(["engines", "load", "holidays"]));
    expect(readdirSync(folder)).not.toContain("monitoring");
    expect(readdirSync(folder)).not.toContain("post");
    expect(await reset("--yes", "--load-worlds")).toMatchObject({ code: 0 });
    expect(readdirSync(folder)).not.toContain("load");
  });

  it("leaves nothing of any service beside the mesh, and no way into the console", async () => {
    lockFolder(folder).release();
    const own = ["growth", "growth-people", "bookstore", "bookstore-people", "erasure", "console"];
    fill(...own, "certs");
    expect(await reset("--yes")).toMatchObject({
      code: 0,
      text: expect.stringMatching(/It keeps .*\bcerts\b/),
    });
    const left = readdirSync(folder);
    expect(left.filter((name) => own.includes(name))).toEqual([]);
    expect(left).toContain("certs");
  });

  it("touches no folder where no mesh has been", async () => {
    fill("post");
    const { code, text } = await reset("--yes");
    expect(code).toBe(1);
    expect(text).toContain("no mesh has run on it");
    expect(readdirSync(folder)).toEqual(["post"]);
  });

  it("leaves a running mesh alone", async () => {
    fill("post");
    const lock = lockFolder(folder);
    const { code, text } = await reset("--yes");
    lock.release();
    expect(code).toBe(1);
    expect(text).toContain("is in use by process");
    expect(readdirSync(folder)).toContain("post");
  });
});
