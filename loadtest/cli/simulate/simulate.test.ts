import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { outages, within } from "./simulate-outage.ts";

const MAIN = resolve(import.meta.dirname, "../main.ts");
const SHORT = ["--users", "100k", "--owners", "3", "--from", "23:59", "--hours", "0.05"];

/** `npm run load -- simulate ...ARGS`, as a process of its own. */
async function simulate(...args: readonly string[]) {
  const run = promisify(execFile)(process.execPath, [MAIN, "simulate", ...args]);
  return run.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  );
}

test("prints lag by time, a plot, and what became of posts", async () => {
  const out = join(await mkdtemp(join(tmpdir(), "tidings-simulate-")), "result.json");
  const { code, stdout } = await simulate(...SHORT, "--outage", "00:00+20s", "--out", out);
  await rm(out);
  expect(code).toBe(0);
  expect(stdout).toContain("cql engines: 3 post, 3 friend, 1 fan-out and 3 timeline processes");
  expect(stdout).toContain("Away: broker at 00:00 for 20 s.");
  expect(stdout).toMatch(/p50 [\d.]+ ms, p99 [\d.]+ s/);
  expect(stdout).toContain("lag, ms (. p50, O p99) over minutes from the start");
  expect(stdout).toMatch(/Posts: ([\d,]+) acknowledged, \1 delivered, 0 dropped, 0 still held/);
});

test("a calibration changes the model, and the file has all of the result", async () => {
  const folder = await mkdtemp(join(tmpdir(), "tidings-simulate-"));
  const [calibration, out] = [join(folder, "calibration.json"), join(folder, "result.json")];
  const hop = { kind: "constant", mean: 20_000 };
  await writeFile(calibration, JSON.stringify({ model: { delays: { hop } } }));
  const slice = ["--engine", "embedded", "--rate", "5", "--workers", "1"];
  const { code, stdout } = await simulate(
    ...SHORT,
    ...slice,
    "--json",
    "--out",
    out,
    "--calibration",
    calibration,
  );
  expect(code).toBe(0);
  const result = JSON.parse(await readFile(out, "utf8"));
  expect(JSON.parse(stdout)).toEqual(result);
  expect(result).toMatchObject({ kind: "simulation", model: { delays: { hop } }, seconds: 180 });
  expect(result.command).toContain("run load -- simulate --users 100k");
  // Bus to worker, to the friend service and back, to the owner.
  expect(result.lag.p50Micros).toBeGreaterThan(80_000);
  await rm(folder, { recursive: true });
});

test("what is wrong is refused with what to do, and exit code 1", async () => {
  const [file, owner] = await Promise.all([
    simulate(...SHORT, "--calibration", "/no/such/file"),
    simulate(...SHORT, "--outage", "owner7:23:59+1s"),
  ]);
  expect(file).toMatchObject({ code: 1, stdout: "" });
  expect(file.stderr).toMatch(/--calibration \/no\/such\/file: ENOENT/);
  expect(owner).toMatchObject({ code: 1, stdout: "" });
  expect(owner.stderr).toMatch(/the index of an owner is 7: it must be 0 to 2/);
});

test.each([
  ["12:00+60m", { what: "broker", fromSecond: 43_200, seconds: 3_600 }],
  ["worker:18:30:10+1.5h", { what: "worker", fromSecond: 66_610, seconds: 5_400 }],
  ["owner3:0:05+20s", { what: "owner", index: 3, fromSecond: 300, seconds: 20 }],
] as const)("%s is an outage", (text, outage) => {
  expect(outages(text)).toEqual([outage]);
  expect(within(outage, 40_000).fromSecond).toBeGreaterThan(40_000);
});

test.each(["noon", "12:00", "12:00+60", "post:12:00+1m", "12:00+-1m"])("%j is refused", (text) => {
  expect(() => outages(text)).toThrow("such as 12:00+60m");
  expect(() => outages("25:00+1m")).toThrow("must be a time of the day");
});
