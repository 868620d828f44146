import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { findClient } from "../../../tools/grpc-clients/install.ts";
import { quantile } from "../../measure/histogram.ts";
import { parseThreshold } from "../../measure/thresholds.ts";
import { judge } from "../../measure/verdict.ts";
import { startNullServer } from "../null-server/start.ts";
import { readGhz } from "./details.ts";
import { measuredByGhz } from "./measured-by-ghz.ts";
import { type GhzCall, type GhzLoad, playGhz } from "./play-ghz.ts";

const STEP = { name: "timeline.get", timeoutMs: 1_000, ratePerSecond: 1, calls: 20 };
const CALL: GhzCall = {
  name: "timeline.get",
  method: "tidings.timeline.v1.TimelineService/GetTimeline",
  address: "127.0.0.1:1",
  perSecond: 100,
  timeoutMs: 1_000,
  messages: [{ viewerId: "7" }, { viewerId: "8" }],
};
const ghz = await findClient("ghz");
const LOAD = { seconds: 1, inFlight: 20, connections: 2, protoset: "gen/descriptors.binpb" };

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Of a call sent so long after the first, which took 5 ms. */
function detail(sentMs: number, status = "OK") {
  const timestamp = new Date(1_800_000_000_000 + sentMs + 5).toISOString();
  return { timestamp, latency: 5e6, status };
}

describe("what ghz measured", () => {
  const statuses = ["OK", "Unavailable", "DeadlineExceeded", "New"];
  const details = Array.from({ length: 20 }, (_, i) => detail(1_000 * i, statuses[i % 4]));

  it("is service times, counts and statuses of each call", () => {
    const { operations, windows } = measuredByGhz(STEP, details);
    const [{ counts, service, response, lateness, statuses }] = operations as [never];
    expect(counts).toMatchObject({ intended: 20, sent: 20, ok: 5, failed: 10, timeout: 5 });
    expect([...statuses]).toEqual([
      [14, 5],
      [2, 5],
    ]);
    expect([service, response, lateness].map(({ totalCount }) => totalCount)).toEqual([20, 0, 0]);
    expect(quantile(service, 0.5) / 5_000).toBeCloseTo(1, 2);
    expect(windows.worst()).toMatchObject({ intended: 10, sent: 10 });
  });

  it("passes no threshold on response times, and says why", () => {
    const measured = measuredByGhz(STEP, details);
    const verdict = judge(measured, [parseThreshold("p99(timeline.get) < 1min")]);
    expect(verdict.outcome).toBe("invalid");
    expect(verdict.reasons).toEqual([
      "INVALID: p99(timeline.get) < 1min: ghz times from its actual sends, and response times count from the intended ones: use another driver.",
    ]);
    expect(verdict.warnings.join()).toContain("ghz times from its actual sends");
    const counted = judge(measured, [parseThreshold("failed(timeline.get) <= 80%")]);
    expect(counted.outcome).toBe("passed");
  });

  it("is INVALID when it did not send what was asked for in time", () => {
    const late = details.map((_, i) => detail(i < 12 ? 1_000 * i : 1_000 * i + 1_500));
    expect(judge(measuredByGhz(STEP, late), []).outcome).toBe("invalid");
    expect(judge(measuredByGhz(STEP, details.slice(0, 15)), []).outcome).toBe("invalid");
    expect(judge(measuredByGhz(STEP, []), []).outcome).toBe("invalid");
  });

  it("is not believed when it kept only some of the calls", () => {
    expect(() => readGhz(JSON.stringify({ count: 2, details: null }))).toThrow(
      "2 calls and has details of 0",
    );
  });
});

describe("playing a mix by ghz", () => {
  /** In place of ghz: its calls are all good; asked for many, it complains of what it was told. */
  async function fakeGhz(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), "tidings-fake-ghz-"));
    closing.push(() => rm(folder, { recursive: true }));
    const program = join(folder, "ghz");
    const script = `#!${process.execPath}
      const told = process.argv.slice(2);
      const count = Number(told.find((one) => one.startsWith("--total=")).slice(8));
      if (count > 50) throw "told: " + told.join(" ");
      const details = Array(count).fill(${JSON.stringify(detail(0))});
      console.log(JSON.stringify({ count, details }));`;
    await writeFile(program, script, { mode: 0o755 });
    return program;
  }

  async function play(calls: readonly Partial<GhzCall>[], changes: Partial<GhzLoad> = {}) {
    const { address, stop } = await startNullServer();
    closing.push(stop);
    const all = calls.map((call) => ({ ...CALL, address, ...call }));
    return playGhz({ ...LOAD, calls: all, ...changes });
  }

  it("merges what one process for each call measured, by name", async () => {
    const program = await fakeGhz();
    const calls = [{ perSecond: 3.4 }, { perSecond: 0.2 }, { name: "post.create", perSecond: 1 }];
    const { operations, driver, machines } = await play(calls, { program });
    expect(operations.map(({ name, counts }) => [name, counts.ok])).toEqual([
      ["timeline.get", 4],
      ["post.create", 1],
    ]);
    expect(driver).toMatchObject({ name: "ghz", timesFrom: "sent" });
    expect(machines.length).toBe(1);
  });

  it("passes on what ghz complains about, and was told", async () => {
    const program = await fakeGhz();
    await expect(play([{ perSecond: 100 }], { program, connections: 99 })).rejects.toThrow(
      / --rps=100 --total=100 --concurrency=20 --connections=20 --timeout=1000ms --format=json /,
    );
  });

  it("begins nothing that ghz can't keep, and says the limit", async () => {
    const calls = [CALL, { ...CALL, perSecond: 1_000_000 }];
    await expect(playGhz({ ...LOAD, calls })).rejects.toThrow(
      "ghz keeps the details of 1000000 calls, and 1000000 to tidings.timeline.v1.TimelineService/GetTimeline were asked for: make shorter steps",
    );
  });

  it("says how to install it when it is not there, and which target is not", async () => {
    vi.stubEnv("PATH", "");
    vi.stubEnv("TIDINGS_CACHE_DIR", "/nowhere");
    closing.push(() => vi.unstubAllEnvs());
    await expect(playGhz({ ...LOAD, calls: [CALL] })).rejects.toThrow(
      'ghz was not found: install it with "npm run grpc-clients"',
    );
    await expect(playGhz({ ...LOAD, calls: [CALL], program: "ghz" })).rejects.toThrow(
      "No answer from 127.0.0.1:1: is the target running?",
    );
  });

  it.skipIf(!ghz)("works with ghz itself (npm run grpc-clients)", async () => {
    const { operations, machines } = await play([{ perSecond: 200 }]);
    expect(operations[0].counts).toMatchObject({ intended: 200, sent: 200, ok: 200 });
    expect(quantile(operations[0].service, 0.5)).toBeGreaterThan(0);
    expect(machines[0].cpuShare).toBeGreaterThan(0);
  });
});
