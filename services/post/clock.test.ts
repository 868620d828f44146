/** The post service's wall clock is wrong at a start, and steps while it runs. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { service as healthService } from "grpc-health-check";
import { afterEach, beforeEach, expect, it } from "vitest";
import { CreatePostRequest, PostServiceService } from "#gen/post/v1/post.ts";
import { ManualClock } from "../platform/clock/manual-clock.ts";
import { connect, createClient } from "../platform/grpc/client/client.ts";
import { NOT_BEGUN } from "../platform/grpc/errors/errors.ts";
import { createLogger } from "../platform/telemetry/logger.ts";
import { readPostConfig } from "./config.ts";
import { createPostService } from "./create.ts";

const log = createLogger("test", "silent");
const HOUR_MS = 3_600_000;
/** Looks at the clock are so far apart: the source of ids sleeps as long. */
const LOOK_MS = 2_500;
/** Each look is over before the next, so that a few are enough on the slowest disk. */
const MAX_LOOKS = 10;

/** Time passes by looks: the disk, which knows no other clock, is waited for before the next. */
class LookingClock extends ManualClock {
  #asleep: (() => void) | undefined;

  override delay(ms: number, signal?: AbortSignal): Promise<void> {
    const delay = super.delay(ms, signal);
    if (ms === LOOK_MS) this.#asleep?.();
    return delay;
  }

  /** One look passes; it is over when the next is waited for. */
  async look(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#asleep = resolve;
    await this.advance(LOOK_MS);
    await promise;
  }
}

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "tidings-post-clock-"));
});
afterEach(() => rm(dataDir, { recursive: true }));

async function start(clock: ManualClock) {
  const env = {
    TIDINGS_POST_PORT: "0",
    TIDINGS_POST_METRICS_PORT: "0",
    TIDINGS_DATA_DIR: dataDir,
  };
  const service = await createPostService(readPostConfig(env), { log, clock });
  // Deadlines come by the real clock, and are looked at by this one.
  const defaultDeadlineMs = 5 * HOUR_MS;
  const channel = connect(service.grpc.address, { log, retry: "none", defaultDeadlineMs });
  const posts = createClient(PostServiceService, channel);
  const health = createClient(healthService, channel) as unknown as {
    Check(request: { service: string }): Promise<{ status: string }>;
  };
  return {
    create: () => posts.createPost(CreatePostRequest.fromPartial({ authorId: 1n, text: "hello" })),
    health: async () => (await health.Check({ service: "" })).status,
    [Symbol.asyncDispose]: async () => {
      channel.close();
      await service.close();
    },
  };
}

/** Lets time pass until it serves again. */
async function recovered(service: Awaited<ReturnType<typeof start>>, clock: LookingClock) {
  for (let looks = 0; (await service.health()) !== "SERVING"; looks++) {
    expect(looks).toBeLessThan(MAX_LOOKS);
    await clock.look();
  }
}

// A grant, of which 10 s are never used, tells of the hour alone; of the seconds only what is stored.
it.each([HOUR_MS, 5_000])(
  "acknowledges no post below those that are stored, after a start %d ms behind",
  async (behindMs) => {
    const nowMs = Date.now();
    let newest = 0n;
    {
      await using service = await start(new LookingClock(nowMs));
      newest = (await service.create()).postId;
    }
    const clock = new LookingClock(nowMs - behindMs);
    await using service = await start(clock);
    expect(await service.health()).toBe("NOT_SERVING");
    const refused = service.create();
    await expect(refused).rejects.toMatchObject({ code: "UNAVAILABLE", reason: NOT_BEGUN });
    await expect(refused).rejects.toThrow("behind the newest id stored");
    clock.stepWall(behindMs);
    await recovered(service, clock);
    expect((await service.create()).postId).toBeGreaterThan(newest);
  },
);

it("accepts posts again, by itself, after the clock has stepped forward", async () => {
  const clock = new LookingClock(Date.now());
  await using service = await start(clock);
  const first = await service.create();
  clock.stepWall(HOUR_MS);
  await expect(service.create()).rejects.toMatchObject({ code: "UNAVAILABLE" });
  expect(await service.health()).toBe("NOT_SERVING");
  await recovered(service, clock);
  expect((await service.create()).postId).toBeGreaterThan(first.postId);
});
