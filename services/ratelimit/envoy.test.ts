import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RateLimitDescriptor } from "#envoy/extensions/common/ratelimit/v3/ratelimit.ts";
import {
  RateLimitQuotaServiceService,
  RateLimitQuotaUsageReports,
} from "#envoy/service/rate_limit_quota/v3/rlqs.ts";
import {
  RateLimitResponse_Code as Code,
  RateLimitServiceService as EnvoyRateLimitService,
} from "#envoy/service/ratelimit/v3/rls.ts";
import { Limit, RateLimitServiceService } from "#gen/ratelimit/v1/ratelimit.ts";
import { PushStream } from "../platform/concurrency/push-stream.ts";
import type { Client } from "../platform/grpc/call.ts";
import { type Channel, connect, createClient } from "../platform/grpc/client/client.ts";
import { PATIENT } from "../platform/grpc/testing/patient.ts";
import type { ServedGrpc } from "../platform/lifecycle/serve.ts";
import { createLogger } from "../platform/telemetry/logger.ts";
import { readRateLimitConfig } from "./config.ts";
import { createRateLimitService } from "./create.ts";

const log = createLogger("test", "silent");

let dataDir: string;
let service: ServedGrpc;
let channel: Channel;
let limits: Client<typeof RateLimitServiceService>;
let rls: Client<typeof EnvoyRateLimitService>;
let rlqs: Client<typeof RateLimitQuotaServiceService>;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "tidings-envoy-"));
  const own = { TIDINGS_RATELIMIT_PORT: "0", TIDINGS_RATELIMIT_METRICS_PORT: "0" };
  const config = readRateLimitConfig({ ...own, TIDINGS_DATA_DIR: dataDir });
  service = await createRateLimitService(config, { log });
  channel = connect(service.address, PATIENT);
  limits = createClient(RateLimitServiceService, channel);
  rls = createClient(EnvoyRateLimitService, channel);
  rlqs = createClient(RateLimitQuotaServiceService, channel);
});
afterEach(async () => {
  channel.close();
  await service.close();
  await rm(dataDir, { recursive: true });
});

const set = (path: string, ops: bigint, burst: bigint, more: object = {}) =>
  limits.setLimits({
    limits: [
      Limit.create({ path, rate: { ops }, perSeconds: 3_600, burst: { ops: burst }, ...more }),
    ],
    removedPaths: [],
    expectedRevision: undefined,
  });
const descriptor = (entries: Readonly<Record<string, string>>, more: object = {}) =>
  RateLimitDescriptor.create({
    entries: Object.entries(entries).map(([key, value]) => ({ key, value })),
    ...more,
  });
const ask = (descriptors: readonly RateLimitDescriptor[], hitsAddend = 0) =>
  rls.shouldRateLimit({ domain: "edge", descriptors: [...descriptors], hitsAddend });

describe("Envoy's rate limit service", () => {
  it("limits by the node of a descriptor, and says how much is left and until when", async () => {
    await set("edge/remote_address=*", 60n, 3n);
    const one = descriptor({ remote_address: "10.0.0.1" });
    expect(await ask([one], 2)).toMatchObject({
      overallCode: Code.OK,
      statuses: [
        {
          code: Code.OK,
          currentLimit: { name: "edge/remote_address=10.0.0.1", requestsPerUnit: 1, unit: 2 },
          limitRemaining: 1,
        },
      ],
      responseHeadersToAdd: [
        { key: "ratelimit-limit", value: "1" },
        { key: "ratelimit-remaining", value: "1" },
        { key: "ratelimit-reset" },
      ],
    });
    const over = await ask([one], 2);
    expect(over).toMatchObject({
      overallCode: Code.OVER_LIMIT,
      statuses: [{ code: Code.OVER_LIMIT, limitRemaining: 1 }],
      dynamicMetadata: { refused_by: "edge/remote_address=10.0.0.1" },
    });
    expect(over.responseHeadersToAdd.map(({ key }) => key)).toContain("retry-after");
    expect(await ask([descriptor({ remote_address: "10.0.0.2" })], 3)).toMatchObject({
      overallCode: Code.OK,
    });
  });

  it("wants all descriptors to allow, and takes each one's own hits", async () => {
    await set("edge/user=*", 1n, 10n);
    await set("edge/path=*", 1n, 1n);
    const user = descriptor({ user: "7" }, { hitsAddend: 4n });
    const path = descriptor({ path: "/a/b c" });
    expect(await ask([user, path])).toMatchObject({ overallCode: Code.OK });
    expect(await ask([user, path])).toMatchObject({
      overallCode: Code.OVER_LIMIT,
      statuses: [{ code: Code.OK, limitRemaining: 2 }, { code: Code.OVER_LIMIT }],
      dynamicMetadata: { refused_by: "edge/path=%2Fa%2Fb%20c" },
    });
  });

  it("counts without refusing in shadow mode, and does not limit what has no limit", async () => {
    await set("edge/user=*", 1n, 1n, { shadow: true });
    const user = descriptor({ user: "7" });
    await ask([user]);
    expect(await ask([user, descriptor({ other: "x" })])).toMatchObject({
      overallCode: Code.OK,
      statuses: [
        { code: Code.OK, limitRemaining: 0 },
        { code: Code.OK, currentLimit: undefined },
      ],
    });
  });

  it("takes a limit that comes with the request", async () => {
    const limited = descriptor({ user: "7" }, { limit: { requestsPerUnit: 2, unit: 4 } });
    expect(await ask([limited], 2)).toMatchObject({ overallCode: Code.OK });
    expect(await ask([limited])).toMatchObject({ overallCode: Code.OVER_LIMIT });
  });

  it("never allows more hits than any burst, however many are asked for", async () => {
    await set("edge", 1n, 1_000_000n);
    const limit = { requestsPerUnit: 1_000_000, unit: 4 };
    const hits = [
      [descriptor({ user: "7" }), 4_294_967_295],
      [descriptor({ user: "7" }, { hitsAddend: 2n ** 63n }), 0],
      [descriptor({ user: "7" }, { limit }), 1_000_001],
    ] as const;
    for (const [one, addend] of hits) {
      expect(await ask([one], addend)).toMatchObject({ overallCode: Code.OVER_LIMIT });
    }
    expect(await ask([descriptor({ user: "7" })], 1_000_000)).toMatchObject({
      overallCode: Code.OK,
    });
  });

  it("refuses all by a limit of 0 that comes with the request", async () => {
    const none = descriptor({ user: "8" }, { limit: { requestsPerUnit: 0, unit: 1 } });
    for (let i = 0; i < 2; i++) {
      expect(await ask([none])).toMatchObject({
        overallCode: Code.OVER_LIMIT,
        statuses: [{ code: Code.OVER_LIMIT, limitRemaining: 0 }],
      });
    }
  });

  it.each([
    ["domain", { domain: "", descriptors: [], hitsAddend: 0 }],
    ["descriptors", { domain: "edge", descriptors: [], hitsAddend: 0 }],
    ["entries", { domain: "edge", descriptors: [descriptor({})], hitsAddend: 0 }],
    ["entries[0]", { domain: "edge", descriptors: [descriptor({ a: "" })], hitsAddend: 0 }],
  ])("refuses a wrong %s", async (field, request) => {
    await expect(rls.shouldRateLimit(request)).rejects.toThrow(field);
  });
});

describe("Envoy's quota service", () => {
  it("assigns a node's lease to the data plane that reports its bucket, and shares it out", async () => {
    await set("edge/host=*", 7_200n, 50n);
    const report = (allowed: bigint, domain = "edge") =>
      RateLimitQuotaUsageReports.create({
        domain,
        bucketQuotaUsages: [
          {
            bucketId: { bucket: { host: "h7" } },
            timeElapsed: { seconds: 1n, nanos: 0 },
            numRequestsAllowed: allowed,
            numRequestsDenied: 0n,
          },
        ],
      });
    const planes = [
      new PushStream<RateLimitQuotaUsageReports>(),
      new PushStream<RateLimitQuotaUsageReports>(),
    ];
    const answers = planes.map((plane) =>
      rlqs.streamRateLimitQuotas(plane)[Symbol.asyncIterator](),
    );
    planes[0].push(report(0n));
    const first = await answers[0].next();
    expect(first.value).toMatchObject({
      bucketAction: [
        {
          bucketId: { bucket: { host: "h7" } },
          bucketAction: {
            $case: "quotaAssignmentAction",
            value: {
              assignmentTimeToLive: { seconds: 5n },
              rateLimitStrategy: {
                strategy: {
                  $case: "tokenBucket",
                  value: { maxTokens: 50, tokensPerFill: 2, fillInterval: { seconds: 1n } },
                },
              },
            },
          },
        },
      ],
    });
    planes[1].push(report(0n));
    expect((await answers[1].next()).value).toMatchObject({
      bucketAction: [
        { bucketAction: { value: { rateLimitStrategy: { strategy: { value: 1 } } } } },
      ],
    });
    // What the first gives up is the second's once the first has been told twice.
    for (const plane of [0, 0, 1]) {
      planes[plane].push(report(2n, ""));
      await answers[plane].next();
    }
    planes[1].push(report(2n, ""));
    const half = {
      $case: "tokenBucket",
      value: { tokensPerFill: 1, fillInterval: { seconds: 1n } },
    };
    let last: unknown;
    for (let i = 0; i < 20; i++) {
      last = (await answers[1].next()).value;
      if (JSON.stringify(last, jsonBigints).includes("tokenBucket")) break;
    }
    expect(last).toMatchObject({
      bucketAction: [{ bucketAction: { value: { rateLimitStrategy: { strategy: half } } } }],
    });
    for (const plane of planes) plane.end();
  });

  it("refuses reports without a domain or a bucket", async () => {
    const nameless = RateLimitQuotaUsageReports.create({});
    const answers = rlqs.streamRateLimitQuotas(streamOf(nameless))[Symbol.asyncIterator]();
    await expect(answers.next()).rejects.toThrow("domain");
  });
});

const jsonBigints = (_: string, value: unknown) => (typeof value === "bigint" ? `${value}` : value);

async function* streamOf<T>(...items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}
