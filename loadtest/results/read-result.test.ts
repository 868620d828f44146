import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { capacityFixture } from "../report/testing/capacity-fixture.ts";
import { runFixture } from "../report/testing/run-fixture.ts";
import { ResultError, readResult } from "./read-result.ts";

const folder = mkdtempSync(join(tmpdir(), "tidings-results-"));
afterAll(() => rmSync(folder, { recursive: true }));

const RUN = runFixture({ seconds: 2, perSecond: 10 });

function fileWith(text: string): string {
  const file = join(folder, "given.json");
  writeFileSync(file, text);
  return file;
}

test.each([RUN, capacityFixture()])("reads a result as it was written", async (result) => {
  const text = JSON.stringify(result);
  expect(await readResult(fileWith(text))).toEqual(JSON.parse(text));
});

test("a run without a threshold has no verdict, though it was once written as passed", async () => {
  const { verdict } = RUN;
  const before = { ...RUN, verdict: { ...verdict, outcome: "passed", thresholds: [] } };
  expect(await readResult(fileWith(JSON.stringify(before)))).toMatchObject({
    verdict: { outcome: "no verdict" },
  });
});

test.each<[string, string, RegExp]>([
  ["half of a file", JSON.stringify(RUN).slice(0, 900), /given\.json is no JSON: .*disk full/],
  ["an empty file", "", /is no JSON: it is empty/],
  ["another kind", `{"kind":"toString"}`, /its "kind" is "toString", known are run, capacity/],
  ["no object", "[1]", /its "kind" is undefined/],
  [
    "another version",
    JSON.stringify({ ...RUN, version: 9 }),
    /version 9 of a run.*reads version 1/,
  ],
  [
    "a field too few",
    JSON.stringify({ ...RUN, measured: { ...RUN.measured, windows: undefined } }),
    /measured\.windows must be of type object, and is missing/,
  ],
  [
    "a wrong field",
    JSON.stringify({ ...RUN, events: null }),
    /events must be of type array, and is null/,
  ],
])("%s is refused with what to do", async (_, text, message) => {
  const reading = readResult(fileWith(text));
  await expect(reading).rejects.toThrow(ResultError);
  await expect(reading).rejects.toThrow(message);
});

test("a file that is not there is named", async () => {
  await expect(readResult(join(folder, "none.json"))).rejects.toThrow(
    /none\.json can't be read: ENOENT/,
  );
});
