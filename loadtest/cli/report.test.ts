import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import { runFixture } from "../report/testing/run-fixture.ts";

const MAIN = resolve(import.meta.dirname, "main.ts");
const folder = mkdtempSync(join(tmpdir(), "tidings-report-"));
afterAll(() => rmSync(folder, { recursive: true }));

const RUN = runFixture({ seconds: 5, perSecond: 10 });
writeFileSync(join(folder, "run.json"), JSON.stringify(RUN));
writeFileSync(join(folder, "broken.json"), JSON.stringify(withoutHistogram()));

function withoutHistogram() {
  const [first, ...others] = RUN.measured.operations;
  return {
    ...RUN,
    measured: { ...RUN.measured, operations: [{ ...first, response: "?" }, ...others] },
  };
}

/** `npm run load -- report ...ARGS`, as a process of its own. */
async function report(...args: readonly string[]) {
  const run = promisify(execFile)(process.execPath, [MAIN, "report", ...args], { cwd: folder });
  return run.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  );
}

test("writes the page, says where it is, and nothing else", async () => {
  const { code, stdout, stderr } = await report("run.json", "--out", "page.html");
  expect({ code, stdout, stderr }).toEqual({
    code: 0,
    stdout: "Written: page.html. Open it in a browser.\n",
    stderr: "",
  });
  const page = readFileSync(join(folder, "page.html"), "utf8");
  expect(page).toMatch(/^<!doctype html>/);
  expect(page).toContain(`<h2>${RUN.scenario.name}</h2>`);
});

test.each([
  [["none.json"], /none\.json can't be read: ENOENT/],
  [["broken.json"], /broken\.json: its histograms can't be decoded/],
  [["run.json", "--out", "./run.json"], /--out \.\/run\.json is one of the results/],
  [["run.json", "--out", "/no/such/folder/page.html"], /ENOENT.*choose another --out/],
])("%j is refused with what to do, and exit code 1", async (args, message) => {
  const { code, stdout, stderr } = await report(...args);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(message);
});
