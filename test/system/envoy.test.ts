import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Limit, RateLimitServiceService } from "#gen/ratelimit/v1/ratelimit.ts";
import { connect, createClient } from "../../services/platform/grpc/client/client.ts";
import { PATIENT } from "../../services/platform/grpc/testing/patient.ts";
import type { ServedGrpc } from "../../services/platform/lifecycle/serve.ts";
import { createLogger } from "../../services/platform/telemetry/logger.ts";
import { readRateLimitConfig } from "../../services/ratelimit/config.ts";
import { createRateLimitService } from "../../services/ratelimit/create.ts";
import { findEnvoy } from "../../tools/envoy/install.ts";
import { findPortBase } from "../../tools/mesh/free-ports.ts";
import { envoyConfig } from "../support/envoy-config.ts";
import { until } from "../support/until.ts";

const program = await findEnvoy();
const log = createLogger("test", "silent");

describe.skipIf(!program)("a real Envoy (npm run envoy)", () => {
  let folder: string;
  let service: ServedGrpc;
  let envoy: ChildProcess;
  let base: number;

  beforeAll(async () => {
    base = await findPortBase();
    folder = await mkdtemp(join(tmpdir(), "tidings-envoy-"));
    const config = readRateLimitConfig({
      TIDINGS_RATELIMIT_PORT: "0",
      TIDINGS_RATELIMIT_METRICS_PORT: "0",
      TIDINGS_DATA_DIR: folder,
    });
    service = await createRateLimitService(config, { log });
    const channel = connect(service.address, PATIENT);
    const anHour = { rate: { ops: 1n }, perSeconds: 3_600, burst: { ops: 3n } };
    await createClient(RateLimitServiceService, channel).setLimits({
      limits: ["edge/user=*", "fleet/vm=*"].map((path) => Limit.create({ path, ...anHour })),
      removedPaths: [],
      expectedRevision: undefined,
    });
    channel.close();
    const ports = { rls: base, rlqs: base + 1, upstream: base + 2, service: service.port };
    const file = join(folder, "envoy.json");
    await writeFile(file, JSON.stringify(envoyConfig(ports)));
    const args = ["-c", file, "--use-dynamic-base-id", "--concurrency", "1", "-l", "critical"];
    envoy = spawn(program ?? "", args, { stdio: "ignore" });
    await until(() =>
      get(base, {}).then(
        () => true,
        () => false,
      ),
    );
  });
  afterAll(async () => {
    envoy?.kill();
    if (envoy && envoy.exitCode === null) await once(envoy, "exit");
    await service?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const get = (port: number, headers: Readonly<Record<string, string>>) =>
    fetch(`http://127.0.0.1:${port}/`, { headers });
  const statusOf = async (port: number, headers: Readonly<Record<string, string>>) =>
    (await get(port, headers)).status;

  it("asks for each request, and passes on who has how much left", async () => {
    const user = { "x-user": "7" };
    for (const left of ["2", "1", "0"]) {
      const { status, headers } = await get(base, user);
      expect([status, headers.get("x-ratelimit-remaining")]).toEqual([200, left]);
    }
    const { status, headers } = await get(base, user);
    expect(status).toBe(429);
    expect(headers.get("x-ratelimit-limit")).toContain('w=3600;name="edge/user=7"');
    expect(Number(headers.get("retry-after"))).toBeGreaterThan(3_000);
    expect(await statusOf(base, { "x-user": "8" })).toBe(200);
  });

  it("is a host of the tree: it reports usage, and limits by itself as it is assigned", async () => {
    const vm = { "x-vm": "v3" };
    // Until the first assignment is here, its own configuration lets all pass.
    await until(async () => (await statusOf(base + 1, vm)) === 429);
    const statuses = await Promise.all(Array.from({ length: 10 }, () => statusOf(base + 1, vm)));
    expect(new Set(statuses)).toEqual(new Set([429]));
    expect(await statusOf(base + 1, {})).toBe(200);
  });
});
