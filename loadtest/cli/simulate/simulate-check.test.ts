import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import { runFixture } from "../../report/testing/run-fixture.ts";

const MAIN = resolve(import.meta.dirname, "../main.ts");
const folder = mkdtempSync(join(tmpdir(), "tidings-check-"));
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(name: string, value: unknown): string {
  const file = join(folder, name);
  writeFileSync(file, JSON.stringify(value));
  return file;
}

/** `npm run load -- simulate check ...ARGS`, as a process of its own. */
async function check(...args: readonly string[]) {
  const run = promisify(execFile)(process.execPath, [MAIN, "simulate", "check", ...args]);
  return run.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  );
}

function steadyRun(perSecond: number) {
  const run = runFixture({ seconds: 10, perSecond });
  const { scenario } = run;
  const world = { people: 20_000, seed: 3 };
  return { ...run, scenario: { ...scenario, world, pace: { shape: "constant" }, faults: [] } };
}

test("fits one run, judges the other, and keeps the hop for load simulate", async () => {
  const [fitted, other] = [fileOf("a.json", steadyRun(200)), fileOf("b.json", steadyRun(400))];
  const out = join(folder, "hop.json");
  const { code, stdout } = await check("--fit", fitted, other, "--out", out);
  expect([0, 3]).toContain(code);
  const held = stdout.slice(stdout.indexOf("b.json"));
  expect(stdout).toMatch(/a\.json \(fitted\) +p50 +[\d.]+ ms +[\d.]+ ms +\S+% +holds/);
  expect(/FAILS$/m.test(held)).toBe(code === 3);
  const { model } = JSON.parse(readFileSync(out, "utf8"));
  expect(model.delays.hop).toMatchObject({ kind: "lognormal" });
  expect(stdout).toContain(`a hop of ${model.delays.hop.mean.toFixed(0)} us`);
});

test("repeats are fitted together, and must be of one scenario", async () => {
  const run = steadyRun(200);
  const [one, two] = [fileOf("one.json", run), fileOf("two.json", run)];
  const { stdout } = await check("--fit", one, "--fit", two, fileOf("b.json", steadyRun(400)));
  expect(stdout.match(/\(fitted\)/g)).toHaveLength(2);
  const other = { ...run, scenario: { ...run.scenario, dailyUsers: 7 } };
  const refused = await check("--fit", one, "--fit", fileOf("other.json", other), two);
  expect(refused.stderr).toContain("other.json is no repeat of");
});

test("what can't be simulated is refused by name", async () => {
  const faulty = {
    ...steadyRun(200),
    scenario: { ...steadyRun(200).scenario, pace: { shape: "ramp" } },
  };
  const file = fileOf("ramp.json", faulty);
  const { code, stderr } = await check("--fit", file, file);
  expect(code).toBe(1);
  expect(stderr).toContain("ramp.json can't be simulated: its load was not constant.");
});
