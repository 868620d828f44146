import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import { writeResult } from "./write-result.ts";

const RESULT = { kind: "run", startedAt: "2026-11-21T14:30:00.123Z", of: "a run" };
const folder = mkdtempSync(join(tmpdir(), "tidings-result-"));
const home = process.cwd();
afterEach(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true, force: true });
});

it("is in a folder made for it, or in one of its own, named by time and part", async () => {
  const out = join(folder, "new", "result.json");
  expect(await writeResult(RESULT, out)).toBe(out);
  expect(JSON.parse(readFileSync(out, "utf8"))).toEqual(RESULT);
  process.chdir(folder);
  const name = await writeResult({ ...RESULT, part: { index: 1 } }, undefined);
  expect(name).toMatch(/\.data\/load\/results\/2026-11-21T14-30-00-123Z-run-part1\.json$/);
});

it("is printed when the disk is full, and that says what to do", async () => {
  using printed = vi.spyOn(console, "log").mockImplementation(() => {});
  await expect(writeResult(RESULT, "/dev/full")).rejects.toThrow(
    /could not be written to \/dev\/full: ENOSPC.* make room or choose another --out/,
  );
  expect(printed.mock.calls).toEqual([[JSON.stringify(RESULT)]]);
});

it("leaves what was there when it can't be written whole", async () => {
  using _ = vi.spyOn(console, "log").mockImplementation(() => {});
  mkdirSync(folder, { recursive: true });
  const out = join(folder, "kept.json");
  writeFileSync(out, "an earlier result");
  mkdirSync(`${out}.part`); // no room there
  await expect(writeResult(RESULT, out)).rejects.toThrow("could not be written");
  expect(readFileSync(out, "utf8")).toBe("an earlier result");
});
