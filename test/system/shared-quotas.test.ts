import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PostServiceService } from "#gen/post/v1/post.ts";
import { Limit, RateLimitServiceService } from "#gen/ratelimit/v1/ratelimit.ts";
import { connect, createClient } from "../../services/platform/grpc/client/client.ts";
import { PATIENT } from "../../services/platform/grpc/testing/patient.ts";
import type { ServedGrpc } from "../../services/platform/lifecycle/serve.ts";
import { createLogger } from "../../services/platform/telemetry/logger.ts";
import { valueIn } from "../../services/platform/telemetry/read-exposition.ts";
import { readPostConfig } from "../../services/post/config.ts";
import { createPostService, type PostService } from "../../services/post/create.ts";
import { readRateLimitConfig } from "../../services/ratelimit/config.ts";
import { createRateLimitService } from "../../services/ratelimit/create.ts";
import { until } from "../support/until.ts";

const log = createLogger("test", "silent");

describe("CreatePost's quota through the rate limit service", () => {
  let dataDir: string;
  let limits: ServedGrpc;
  let post: PostService;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "tidings-quotas-"));
    const env = {
      TIDINGS_DATA_DIR: dataDir,
      TIDINGS_POST_PORT: "0",
      TIDINGS_POST_METRICS_PORT: "0",
      TIDINGS_POST_QUOTA_PER_MINUTE: "1",
      TIDINGS_POST_QUOTA_BURST: "2",
      TIDINGS_RATELIMIT_PORT: "0",
      TIDINGS_RATELIMIT_METRICS_PORT: "0",
    };
    limits = await createRateLimitService(readRateLimitConfig(env), { log });
    const config = readPostConfig({ ...env, TIDINGS_RATELIMIT_ADDRESSES: limits.address });
    post = await createPostService(config, { log });
  });
  afterAll(async () => {
    await post?.close();
    await limits?.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  const leases = async () => {
    const metrics = await fetch(`http://127.0.0.1:${post.metricsPort}/metrics`);
    return valueIn(await metrics.text(), "tidings_shared_quota_leases");
  };

  it("is the memory's without a limit, the tree's with one, and outlives the service", async () => {
    const channel = connect(post.address, { ...PATIENT, retry: "none" });
    const posts = createClient(PostServiceService, channel);
    const create = async (authorId: bigint) =>
      posts
        .createPost({
          authorId,
          text: "hello",
          requestId: "",
          client: "",
          device: "",
          place: undefined,
        })
        .then(
          () => "created",
          (error: { code: string }) => error.code,
        );
    const createAll = async (author: bigint, count: number) => {
      const outcomes: string[] = [];
      for (let i = 0; i < count; i++) outcomes.push(await create(author));
      return outcomes.filter((outcome) => outcome === "created").length;
    };
    expect(await createAll(8n, 4)).toBe(2);

    const limitChannel = connect(limits.address, PATIENT);
    const limit = { rate: { ops: 1n }, perSeconds: 3_600, burst: { ops: 9n }, leased: true };
    await createClient(RateLimitServiceService, limitChannel).setLimits({
      limits: [Limit.create({ path: "posts/*", ...limit })],
      removedPaths: [],
      expectedRevision: undefined,
    });
    limitChannel.close();
    // Who uses what nothing limited asks now and then; until the lease comes the memory decides.
    let created = 0;
    await until(async () => {
      created += await createAll(8n, 1);
      return (await leases()) > 0;
    });
    created += await createAll(8n, 20);
    // The lease's burst is nine; the memory's was used up, and one a minute comes.
    expect(created).toBeGreaterThanOrEqual(9);
    expect(created).toBeLessThanOrEqual(11);

    await limits.close();
    expect(await create(8n)).toBe("RESOURCE_EXHAUSTED");
    expect(await createAll(99n, 4)).toBe(2);
    channel.close();
  });
});
