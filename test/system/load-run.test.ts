import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { Outcome } from "../../loadtest/measure/judge-threshold.ts";
import { mergeMeasured } from "../../loadtest/measure/measured.ts";
import { measuredFrom, measuredToJson } from "../../loadtest/measure/measured-json.ts";
import { EXIT_CODES } from "../../loadtest/measure/verdict.ts";
import type { SaturationResult } from "../../loadtest/play/saturate-gateway.ts";
import type { RunResult } from "../../loadtest/results/run-result.ts";
import { startTarget } from "../../loadtest/target/start-target.ts";
import { present } from "../../services/model/invariant.ts";
import { childrenOf } from "../support/processes.ts";

const MAIN = resolve(import.meta.dirname, "../../loadtest/cli/main.ts");
const WORLD = { people: 2_000, seed: 3 };
const PEOPLE = ["--people", String(WORLD.people), "--seed", String(WORLD.seed)];
/** A ceiling that need not be found out each time. */
const SHORT = ["--daily-users", "200k", "--warm-up", "1", "--ceiling", "20k"];
const TLS = ["--env", "TIDINGS_TLS=1"];
/** Longer than any test: what ends the run is the test's doing. */
const LONG = ["--seconds", "600"];
/** What the warm-up sends is counted, too, and is no part of the result: its second is over by then. */
const SOME_SENT = /^(?:[3-9]|\d{2,}) of \d+ s: [1-9]\d* sent/m;
const COUNTED = ["lost == 0", "repeated == 0", "failures == 0"];

const folder = mkdtempSync(join(tmpdir(), "tidings-run-"));
afterAll(() => rmSync(folder, { recursive: true }));

interface Load {
  readonly pid: number;
  /** Resolves when it has said so. */
  readonly said: (pattern: RegExp) => Promise<void>;
  readonly ended: Promise<{ readonly code: number | null; readonly output: string }>;
}

/** `npm run load -- ...ARGS`, as a process of its own. */
function load(args: readonly string[], env: Readonly<Record<string, string>> = {}): Load {
  const child = spawn(process.execPath, [MAIN, ...args], { env: { ...process.env, ...env } });
  let output = "";
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output += chunk;
      for (const look of waiting) look();
    });
  }
  const ended = new Promise<Awaited<Load["ended"]>>((resolve) =>
    child.once("close", (code) => resolve({ code, output })),
  );
  const said = (pattern: RegExp) =>
    new Promise<void>((resolve, reject) => {
      const look = () => pattern.test(output) && resolve();
      waiting.add(look);
      look();
      ended.then(() => reject(new Error(`It ended without saying ${pattern}:\n${output}`)));
    });
  return { pid: present(child.pid), said, ended };
}

/** `load run`: how it ended, and the file that it left. */
function run(name: string, ...args: readonly string[]) {
  const out = join(folder, `${name}.json`);
  const running = load(["run", ...args, ...PEOPLE, ...SHORT, "--out", out]);
  const result = async () => {
    const ended = await running.ended;
    expect(existsSync(out), ended.output).toBe(true);
    return { ...ended, result: readRun(out) };
  };
  return { ...running, result };
}

function readRun(file: string): RunResult {
  return JSON.parse(readFileSync(file, "utf8"));
}

function thresholds(...texts: readonly string[]): readonly string[] {
  return texts.flatMap((text) => ["--threshold", text]);
}

function countsOf({ measured }: RunResult, name: string) {
  return present(measured.operations.find((operation) => operation.name === name)).counts;
}

/** Ended as its verdict says, which on a busy machine may be INVALID whatever the thresholds say. */
function expectThresholds(
  { code, output, result }: Awaited<ReturnType<ReturnType<typeof run>["result"]>>,
  outcomes: readonly Outcome[],
): void {
  const { thresholds: judged, rate } = result.verdict;
  expect(
    judged.map(({ outcome }) => outcome),
    output,
  ).toEqual(outcomes);
  const outcome = outcomes.includes("failed") ? "failed" : "passed";
  expect(code, output).toBe(EXIT_CODES[rate.valid ? outcome : "invalid"]);
}

describe("load run", () => {
  test("merges what two generators measured over TLS, and fails a threshold that does not hold", async () => {
    const asked = ["steady", "--seconds", "3", "--generators", "2", "--driver", "raw", ...TLS];
    const limits = thresholds(...COUNTED, "expected_entries < 1");
    const ended = await run("steady", ...asked, ...limits).result();
    expectThresholds(ended, ["passed", "passed", "passed", "failed"]);
    const { result, output } = ended;
    expect([result.generators, result.measured.machines.length]).toEqual([2, 2]);
    expect(result.probes.filter((one) => one.includes("viewers watched"))).toHaveLength(2);
    expect(result.measured.counters).toMatchObject({ lost: 0, lost_posts: 0, altered: 0 });
    expect(countsOf(result, "timeline.get").ok).toBeGreaterThan(0);
    const { intended, ok, timeout, notSent } = countsOf(result, "post.create");
    expect(ok).toBeGreaterThan(0);
    expect(ok + timeout + notSent).toBe(intended);
    expect(output).toContain("3 of 4 thresholds hold");
    expect(output).toContain("FAILED: expected_entries < 1: it was");
  });

  test("plays a scenario over TLS, by grpc-js too", async () => {
    const asked = ["steady", "--seconds", "3", "--driver", "grpc-js", ...TLS];
    const ended = await run("grpc-js", ...asked, ...thresholds(...COUNTED)).result();
    expectThresholds(ended, ["passed", "passed", "passed"]);
    const { result } = ended;
    expect(countsOf(result, "timeline.get").ok).toBeGreaterThan(0);
    expect(result.measured.counters.expected_entries).toBeGreaterThan(0);
  });

  test("kills the timeline process while apps post: nothing that was taken is lost", async () => {
    const file = join(folder, "kill.json");
    const load = { kind: "sessions", via: "rest" };
    const faults = [{ kind: "kill", atSecond: 1, label: "timeline", backAfterSeconds: 0.5 }];
    const held = ["lost == 0", "lost_posts == 0", "repeated == 0", "altered == 0"];
    writeFileSync(file, JSON.stringify({ seconds: 4, load, faults, thresholds: held }));
    const ended = await run("killed", file).result();
    expectThresholds(
      ended,
      held.map(() => "passed"),
    );
    const { result } = ended;
    expect(result.events.map(({ what }) => what)).toEqual([
      "timeline is killed",
      "timeline is started again",
      "timeline is back",
    ]);
    // How many are answered is a matter of when it is back, which on a slow machine is after the end.
    expect(countsOf(result, "gateway.page").intended).toBeGreaterThan(0);
    const posts = countsOf(result, "gateway.post");
    expect(posts.ok).toBeGreaterThan(0);
    expect(posts.failed).toBe(0);
    expect(result.measured.counters.expected_entries).toBeGreaterThan(0);
    expect(result.measured.counters.resumed_streams).toBeGreaterThan(0);
  });

  test("ends when the target dies, and keeps what was measured", async () => {
    const dying = run("died", "steady", ...LONG);
    await dying.said(SOME_SENT);
    process.kill(childrenOf(dying.pid, "services/timeline/")[0], "SIGKILL");
    const { code, output, result } = await dying.result();
    expect(code, output).toBe(1);
    expect(result.failure).toMatch(
      /^The target died: timeline \(process \d+\) was ended by SIGKILL/,
    );
    // Nobody can say so now.
    expect(result.failure).toContain('"lost == 0" can\'t be judged, for lost was not measured.');
    expect(countsOf(result, "post.create").intended).toBeGreaterThan(0);
    expect(output).toContain("The target died");
  });

  test("is interrupted, and keeps what was measured, looked at to the end", async () => {
    const long = run("interrupted", "steady", ...LONG, ...thresholds("lost == 0"));
    await long.said(SOME_SENT);
    process.kill(long.pid, "SIGINT");
    const { code, output, result } = await long.result();
    expect([code, result.failure], output).toEqual([1, "It was interrupted."]);
    expect(result.measured.counters.lost).toBe(0);
    expect(countsOf(result, "post.create").intended).toBeGreaterThan(0);
  });

  test("refuses a scenario with a field that it does not know, before anything is started", async () => {
    const file = join(folder, "typo.json");
    writeFileSync(file, JSON.stringify({ secnds: 4 }));
    const { code, output } = await load(["run", file]).ended;
    expect(code).toBe(1);
    expect(output).toMatch(/^Scenario typo can't be run:\n {2}secnds is not known here: known are/);
  });

  test("says that no mesh runs", async () => {
    const env = { TIDINGS_PORT_BASE: "1" };
    const { code, output } = await load(["run", "steady", "--running", ...PEOPLE, ...SHORT], env)
      .ended;
    expect(code).toBe(1);
    expect(output).toContain("Is the mesh running? Start it with `npm start`");
  });

  test("makes parts of a run apart on one mesh, which merge to one result", async () => {
    await using target = await startTarget({
      world: WORLD,
      slice: { kind: "rate" },
      engine: "embedded",
    });
    const env = {
      TIDINGS_PORT_BASE: target.addresses.gateway[0].split(":")[1],
      TIDINGS_DATA_DIR: target.dataDir,
    };
    const files = [0, 1].map((i) => join(folder, `part${i}.json`));
    const parts = files.map((out, i) =>
      load(
        [
          ...["run", "steady", "--running", ...PEOPLE, ...SHORT, "--seconds", "2"],
          ...["--generator", `${i}/2`, "--run-name", "test", "--out", out],
          ...thresholds(...COUNTED),
        ],
        env,
      ),
    );
    const outputs = await Promise.all(parts.map(async ({ ended }) => (await ended).output));
    const all = join(folder, "all.json");
    const merged = await load(["merge", ...files, "--out", all]).ended;
    const output = [...outputs, merged.output].join("\n");
    const result = readRun(all);
    expectThresholds({ ...merged, output, result }, ["passed", "passed", "passed"]);
    const measured = mergeMeasured(files.map((file) => measuredFrom(readRun(file).measured)));
    expect(result.measured).toEqual(JSON.parse(JSON.stringify(measuredToJson(measured))));
    expect(result.generators).toBe(2);

    const out = join(folder, "saturation.json");
    const saturate = ["saturate", "--running", ...PEOPLE, "--seconds", "1", "--connections", "4"];
    expect(await load([...saturate, "--out", out], env).ended).toMatchObject({ code: 0 });
    const saturation: SaturationResult = JSON.parse(readFileSync(out, "utf8"));
    expect(saturation).toMatchObject({ kind: "saturation", errors: 0, otherAnswers: 0 });
    expect(saturation.okPerSecond).toBeGreaterThan(0);
  });
});
