import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { EXAMPLES } from "../../../loadtest/report/testing/examples.ts";
import { readRun, readRuns } from "./read-runs.ts";

const folder = mkdtempSync(join(tmpdir(), "tidings-runs-"));
afterAll(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, "steady.json"), JSON.stringify(EXAMPLES[0].result));
writeFileSync(join(folder, "cut-off.json"), '{"kind": "ru');
writeFileSync(join(folder, "empty.json"), "");
writeFileSync(join(folder, "other.json"), "[]");
symlinkSync(join(folder, "nowhere"), join(folder, "gone.json"));

it("lists what is a file, beside a link that leads nowhere", async () => {
  const { results } = await readRuns(folder, Date.now());
  expect(results.map(({ file }) => file).sort()).toEqual([
    ...["cut-off.json", "empty.json", "other.json", "steady.json"],
  ]);
});

it("refuses what is no result, with the reason, and is not at fault itself", async () => {
  expect(await readRun(folder, "steady.json")).toMatchObject({ kind: EXAMPLES[0].result.kind });
  for (const file of ["cut-off.json", "empty.json", "other.json"]) {
    await expect(readRun(folder, file)).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      message: expect.stringContaining(file),
    });
  }
  await expect(readRun(folder, "gone.json")).rejects.toMatchObject({ code: "NOT_FOUND" });
});
