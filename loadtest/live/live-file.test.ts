import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { until } from "../../test/support/until.ts";
import { LiveFile, readLiveRuns } from "./live-file.ts";
import type { LiveFrame } from "./live-frame.ts";

const folder = mkdtempSync(join(tmpdir(), "tidings-live-"));
afterAll(() => rmSync(folder, { recursive: true }));

const frame = (atSecond: number): LiveFrame => ({
  ...{ name: "steady", seconds: 60, isWarmUp: false, operations: [], thresholds: [] },
  atSecond,
});
const runs = () => readLiveRuns(join(folder, "live"), Date.now());

it("shows a run while it goes on, and not when it has ended", async () => {
  expect(await runs()).toEqual([]);
  {
    await using file = new LiveFile(join(folder, "live"), 123);
    file.show(frame(1));
    await until(async () => (await runs()).length === 1);
    expect(await runs()).toEqual([{ pid: 123, frame: frame(1) }]);
  }
  expect(await runs()).toEqual([]);
  expect(await readdir(join(folder, "live"))).toEqual([]);
});

it("passes over what a killed run left, and what is no frame", async () => {
  const stale = join(folder, "live", "7.json");
  writeFileSync(stale, JSON.stringify(frame(9)));
  utimesSync(stale, new Date(0), new Date(0));
  writeFileSync(join(folder, "live", "8.json"), "{");
  writeFileSync(join(folder, "live", "9.json"), "null");
  writeFileSync(join(folder, "live", "10.json"), "{}");
  writeFileSync(join(folder, "live", "notes.txt"), "hello");
  expect(await runs()).toEqual([]);
});

it("costs a run nothing that can't write", async () => {
  writeFileSync(join(folder, "taken"), "");
  await using file = new LiveFile(join(folder, "taken"), 1);
  file.show(frame(1));
});
