import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type DeepPartial,
  LeaseAsk,
  type LeaseGrant,
  Limit,
  RateLimitServiceService,
} from "#gen/ratelimit/v1/ratelimit.ts";
import { present } from "../../services/model/invariant.ts";
import { systemClock } from "../../services/platform/clock/system-clock.ts";
import type { Client } from "../../services/platform/grpc/call.ts";
import { type Channel, createClient } from "../../services/platform/grpc/client/client.ts";
import { PATIENT } from "../../services/platform/grpc/testing/patient.ts";
import { createLogger } from "../../services/platform/telemetry/logger.ts";
import { connectRateLimit } from "../../services/ratelimit/host/connect.ts";
import { LimitHolder } from "../../services/ratelimit/host/limit-holder.ts";
import { remoteLeaseSource } from "../../services/ratelimit/host/remote-lease-source.ts";
import { findPortBase } from "../../tools/mesh/free-ports.ts";
import { type ServiceProcess, spawnService } from "../../tools/mesh/service-process.ts";
import { planMesh, type ServicePlan } from "../../tools/mesh/services.ts";
import { until } from "../support/until.ts";

const HOST = "127.0.0.1";
const ROOT = resolve(import.meta.dirname, "../..");
const STOP_BOUND_MS = 10_000;
const log = createLogger("test", "silent");
/** Leases count operations by the hour. */
const AN_HOUR = 3_600n;

let dataDir: string;
let plan: ServicePlan;
let running: ServiceProcess;
let channel: Channel | undefined;
let limits: Client<typeof RateLimitServiceService>;

async function start(lease: string): Promise<void> {
  const env = {
    ...process.env,
    TIDINGS_DATA_DIR: dataDir,
    TIDINGS_RATELIMIT_LEASE: lease,
    TIDINGS_LOG_LEVEL: "warn",
  };
  running = spawnService(plan, { cwd: ROOT, env, onLine: () => {} });
  await running.ready;
  // Another channel: the one before waits a while before it tries again.
  channel?.close();
  channel = open();
  limits = createClient(RateLimitServiceService, channel);
}

const open = () => connectRateLimit([`${HOST}:${plan.port}`], PATIENT);

async function kill(): Promise<void> {
  running.signal("SIGKILL");
  await running.exited;
}

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "tidings-limits-crash-"));
  const base = await findPortBase(HOST);
  const { plans } = planMesh({ base, timelines: 1, host: HOST, neighbours: ["ratelimit"] });
  plan = present(plans.find(({ name }) => name === "ratelimit"));
});
afterEach(async () => {
  channel?.close();
  await running.stop(STOP_BOUND_MS);
  rmSync(dataDir, { recursive: true, force: true });
});

const set = (...list: readonly DeepPartial<Limit>[]) =>
  limits.setLimits({
    limits: list.map((one) => Limit.create(one)),
    removedPaths: [],
    expectedRevision: undefined,
  });

describe("a coordinator of limits that is killed", () => {
  /** Hosts as the coordinator sees them: who has what, by the last answer each heard. */
  const had = new Map<string, bigint>();
  beforeEach(() => had.clear());

  async function ask(host: string, wants: bigint): Promise<LeaseGrant> {
    const has = had.get(host);
    const ask = LeaseAsk.create({
      path: `fleet/${host}`,
      wants: { ops: wants * AN_HOUR },
      has: has === undefined ? undefined : { ops: has },
      ageMs: 0n,
    });
    const { grants } = await limits.lease({ holder: host, asks: [ask], knownRevision: 0n });
    const grant = present(grants[0]);
    if (!grant.learning) had.set(host, grant.granted?.ops ?? 0n);
    const sum = [...had.values()].reduce((total, one) => total + one, 0n);
    expect(sum).toBeLessThanOrEqual(1_000n * AN_HOUR);
    return grant;
  }

  test("learns what hosts have from their renewals, and gives nobody more before that", async () => {
    // Leases so long that none ends meanwhile: what is learnt is learnt from the hosts.
    await start("10m");
    await set(
      { path: "fleet", rate: { ops: 1_000n } },
      { path: "fleet/*", rate: { ops: 100n }, ceiling: { ops: 1_000n }, leased: true },
    );
    await ask("a", 600n);
    await ask("b", 300n);
    expect([had.get("a"), had.get("b")]).toEqual([600n * AN_HOUR, 300n * AN_HOUR]);
    await kill();
    await start("10m");
    // It knows from its store that there are two, and not what they have.
    expect(await ask("c", 500n)).toMatchObject({ learning: true });
    await ask("a", 900n);
    expect(had.get("a")).toBe(600n * AN_HOUR);
    expect(await ask("c", 500n)).toMatchObject({ learning: true });
    // With it all have spoken, so that it is given what it can be seen that nobody has.
    await ask("b", 900n);
    expect(had.get("b")).toBe(400n * AN_HOUR);
    expect(await ask("c", 500n)).toMatchObject({ learning: false });
    // Each has its assured rate, and an equal part of the rest, once the others have given up theirs.
    for (let round = 0; round < 4; round++) {
      for (const [host, wants] of [
        ["a", 900n],
        ["b", 900n],
        ["c", 500n],
      ] as const)
        await ask(host, wants);
    }
    for (const host of ["a", "b", "c"]) {
      expect(Number(had.get(host)) / Number(AN_HOUR)).toBeCloseTo(333, -1);
    }
  });

  test("hosts that go on without it never exceed the fleet, in any window of time", async () => {
    const RATE = 300;
    const BURST = 10;
    const NAMES = ["x", "y", "z"];
    await start("2s");
    const burst = { ops: BigInt(BURST) };
    await set(
      { path: "fleet", rate: { ops: BigInt(RATE) }, burst: { ops: 100n } },
      { path: "fleet/*", rate: { ops: 100n }, ceiling: { ops: BigInt(RATE) }, burst, leased: true },
    );
    await using parts = new AsyncDisposableStack();
    const source = remoteLeaseSource(parts.use(open()));
    const hosts = NAMES.map((holder) =>
      parts.use(new LimitHolder({ source, holder, clock: systemClock, log })),
    );
    await Promise.all(hosts.map((host, i) => host.ready(`fleet/${NAMES[i]}`)));
    /** Allowed operations, each with a time before and after. */
    const admitted: { readonly from: number; readonly to: number }[] = [];
    const takeUntil = (isDone: () => boolean) =>
      until(() => {
        hosts.forEach((host, i) => {
          const from = performance.now();
          if (host.take(`fleet/${NAMES[i]}`, 1, 0).kind !== "allowed") return;
          admitted.push({ from, to: performance.now() });
        });
        return isDone();
      });
    const more = (count: number) => {
      const end = admitted.length + count;
      return takeUntil(() => admitted.length >= end);
    };
    await more(RATE);
    await kill();
    // Longer than the leases: from their end on each has its safe share.
    const endMs = performance.now() + 5_000;
    await takeUntil(() => performance.now() >= endMs);
    const before = admitted.length;
    await start("2s");
    await more(2 * RATE);
    expect(before).toBeGreaterThan(RATE);
    let isBack = false;
    const heardOfAll = until(async () => {
      const request = { path: "fleet", pageSize: 10, pageToken: "" };
      const { limits: listed } = await limits.listLimits(request);
      isBack = listed.some(({ holders }) => holders === NAMES.length);
      return isBack;
    });
    await takeUntil(() => isBack);
    await heardOfAll;
    // At most what the fleet's rate gives in the time of the window, and each host's burst once.
    let worst = -Infinity;
    for (let i = 0; i < admitted.length; i++) {
      for (let j = i; j < admitted.length; j++) {
        const refilled = (RATE * (admitted[j].to - admitted[i].from)) / 1_000;
        worst = Math.max(worst, j - i + 1 - refilled);
      }
    }
    expect(worst).toBeLessThanOrEqual(NAMES.length * BURST);
  });
});
