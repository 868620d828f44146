import { Redis } from "ioredis";
import { type AppendFsync, REDIS_HOST, startRedis } from "./redis-server.ts";

/**
 * The well-known design: a sorted set per timeline in Redis, and for each friend of an author a
 * `ZADD NX` and a trim to the newest 800, pipelined. Friends cost it nothing here: they are in memory.
 */
export interface RedisPlan {
  readonly viewers: number;
  readonly friendsEach: number;
  readonly ringEntries: number;
  /** Posts whose commands travel in one pipeline. */
  readonly postsPerPipeline: number;
  readonly appendFsync: AppendFsync;
  readonly measureMs: number;
}

const PIPELINES_IN_FLIGHT = 2;

/** Deliveries a second into Redis; undefined where there is no redis-server. */
export async function measureRedisDesign(plan: RedisPlan): Promise<number | undefined> {
  const server = await startRedis(plan.appendFsync);
  if (!server) return undefined;
  const redis = new Redis({ host: REDIS_HOST, port: server.port, enableAutoPipelining: false });
  try {
    // Full, trimmed sets first: every timeline already holds its 800.
    const script =
      "for v=1,tonumber(ARGV[1]) do local a={} for e=1,tonumber(ARGV[2]) do a[#a+1]=e a[#a+1]=e end " +
      "redis.call('ZADD','timeline:'..v,unpack(a)) end";
    await redis.eval(script, 0, String(plan.viewers), String(plan.ringEntries));
    return await deliver(redis, plan);
  } finally {
    redis.disconnect();
    await server.stop();
  }
}

async function deliver(redis: Redis, plan: RedisPlan): Promise<number> {
  let deliveries = 0;
  let post = plan.ringEntries;
  const startedMs = performance.now();
  const endMs = startedMs + plan.measureMs;
  async function lane(): Promise<void> {
    while (performance.now() < endMs) {
      const pipeline = redis.pipeline();
      for (let i = 0; i < plan.postsPerPipeline; i++) {
        post++;
        for (let friend = 0; friend < plan.friendsEach; friend++) {
          const key = `timeline:${1 + ((post * 7919 + friend * 104_729) % plan.viewers)}`;
          pipeline.zadd(key, "NX", post, String(post));
          pipeline.zremrangebyrank(key, 0, -plan.ringEntries - 1);
        }
      }
      await pipeline.exec();
      deliveries += plan.postsPerPipeline * plan.friendsEach;
    }
  }
  await Promise.all(Array.from({ length: PIPELINES_IN_FLIGHT }, lane));
  return deliveries / ((performance.now() - startedMs) / 1000);
}
