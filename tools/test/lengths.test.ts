import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { lengthsOf, rememberedLengths, rememberLengths } from "./lengths.ts";
import { announce, SUITES } from "./suites.ts";

const folder = mkdtempSync(join(tmpdir(), "tidings-lengths-"));
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, from: number, to: number) => ({
  name: `/tidings/${name}`,
  status: "passed",
  assertionResults: [],
  startTime: from * 1_000,
  endTime: to * 1_000,
});

test("a project lasts from its first file to the end of its last, side by side or not", () => {
  const testResults = [
    file("services/a.test.ts", 5, 9),
    file("test/contract/b.test.ts", 4, 25),
    file("test/system/c.test.ts", 26, 60),
  ];
  expect(lengthsOf({ testResults }, "/tidings")).toEqual({ unit: 21, system: 34 });
});

test("what is announced is what it took here the last time, else what it took elsewhere", () => {
  const path = join(folder, "lengths.json");
  const [unit, system] = SUITES;
  const known = unit.secondsEmbedded + system.secondsEmbedded;
  const said = () => announce(SUITES, undefined, rememberedLengths(path, false));
  expect(said()).toContain(`about ${known} s in all`);
  rememberLengths(path, true, { unit: 1, system: 1 });
  rememberLengths(path, false, { unit: 21, system: 34 });
  expect(said()).toContain("about 55 s in all");
  expect(rememberedLengths(path, true)).toEqual({ unit: 1, system: 1 });
});
