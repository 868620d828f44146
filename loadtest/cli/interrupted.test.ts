import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { until } from "../../test/support/until.ts";
import type { CapacityResult } from "../capacity/capacity-result.ts";
import type { RunResult } from "../results/run-result.ts";

const MAIN = resolve(import.meta.dirname, "main.ts");
const folder = mkdtempSync(join(tmpdir(), "tidings-interrupted-"));
const server = createServer((_, response) => response.end("{}"));
let target: string;
beforeAll(async () => {
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  target = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
});

/** In a process of its own, as it was typed, up to a line on its standard error. */
async function loadUntil(said: RegExp, ...words: readonly string[]) {
  const args = [MAIN, ...words, "--target", target, "--warm-up", "0"];
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  started.push(child);
  const ended = once(child, "close") as Promise<[number | null, NodeJS.Signals | null]>;
  const lines: string[] = [];
  child.stdout.on("data", (text) => lines.push(String(text)));
  const heard = new Promise<void>((resolve, reject) => {
    createInterface(child.stderr).on("line", (line) => {
      lines.push(line);
      if (said.test(line)) resolve();
    });
    void ended.then(() => reject(new Error(`It ended and did not say ${said}:\n${lines}`)));
  });
  await heard;
  const children = await childrenOf(child.pid);
  return { child, ended, children, text: () => lines.join("\n") };
}

async function processes() {
  const { stdout } = await promisify(execFile)("ps", ["-A", "-o", "pid=,ppid=,stat="]);
  return stdout.split("\n").flatMap((line) => {
    const [pid, parent, state = "Z"] = line.trim().split(/\s+/);
    return state.startsWith("Z") ? [] : [{ pid: Number(pid), parent: Number(parent) }];
  });
}

async function childrenOf(parent: number | undefined): Promise<readonly number[]> {
  return (await processes()).filter((one) => one.parent === parent).map(({ pid }) => pid);
}

async function areGone(pids: readonly number[]): Promise<boolean> {
  return (await processes()).every(({ pid }) => !pids.includes(pid));
}

const RUN = ["run", "--rate", "50", "--seconds", "900", "--generators", "2"];
const MEASURING = /^\d+ of 900 s: [1-9]\d* sent/;
const SEARCH = ["capacity", "--start", "50", "--highest", "50", "--step-seconds", "5"];
const STEPPED = /^\w+ 50\b.* for 5 s: \w/;

describe.each(["SIGINT", "SIGTERM"] as const)("%s", (signal) => {
  it("in the measured part ends a run, which keeps what was measured and leaves nobody behind", async () => {
    const out = join(folder, `run-${signal}.json`);
    const run = await loadUntil(MEASURING, ...RUN, "--out", out);
    run.child.kill(signal);
    expect(await run.ended).toEqual([1, null]);
    expect(run.text()).toContain("It was interrupted.");
    const { failure, measured } = JSON.parse(readFileSync(out, "utf8")) as RunResult;
    const [{ counts }] = measured.operations;
    expect(failure).toContain("It was interrupted.");
    expect(counts.ok).toBeGreaterThan(0);
    expect(run.children.length).toBe(2);
    await until(() => areGone(run.children));
  });

  it("in a step ends a search, which keeps the steps before it and leaves nobody behind", async () => {
    const out = join(folder, `capacity-${signal}.json`);
    const search = await loadUntil(STEPPED, ...SEARCH, "--out", out);
    search.child.kill(signal);
    expect(await search.ended).toEqual([1, null]);
    const {
      kind,
      ended,
      steps,
      earlierSteps = [],
    } = JSON.parse(readFileSync(out, "utf8")) as CapacityResult;
    expect([kind, ended]).toEqual(["capacity", "It was interrupted."]);
    expect([...earlierSteps, ...steps]).toMatchObject([{ load: 50, seconds: 5 }]);
    await until(() => areGone(search.children));
  });
});

it("who made the load of a run that was killed ends by itself", async () => {
  const run = await loadUntil(MEASURING, ...RUN);
  expect(run.children.length).toBe(2);
  run.child.kill("SIGKILL");
  await run.ended;
  await until(() => areGone(run.children));
});
