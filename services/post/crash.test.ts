import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Event } from "#gen/event/v1/event.ts";
import { CreatePostRequest, PostServiceService, PostStatus } from "#gen/post/v1/post.ts";
import { systemClock } from "../platform/clock/system-clock.ts";
import { connect, createClient } from "../platform/grpc/client/client.ts";
import { PATIENT } from "../platform/grpc/testing/patient.ts";
import type { BusMessage } from "../platform/messaging/bus.ts";
import { ACK } from "../platform/messaging/bus.ts";
import { openLocalBus } from "../platform/messaging/embedded/open-local-bus.ts";
import { LmdbOutbox } from "../platform/messaging/outbox/lmdb-outbox.ts";
import { startRelay } from "../platform/messaging/outbox/relay.ts";
import { openLmdb } from "../platform/storage/lmdb/open.ts";
import { createLogger } from "../platform/telemetry/logger.ts";
import { readPostConfig } from "./config.ts";
import { createPostService } from "./create.ts";

const MAIN = join(import.meta.dirname, "main.ts");
const WRITERS = 16;
const KILLED_AFTER = 300;
const log = createLogger("test", "silent");
let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "tidings-crash-"));
});
afterEach(() => rm(dataDir, { recursive: true }));

const environment = () => ({
  TIDINGS_DATA_DIR: dataDir,
  TIDINGS_POST_PORT: "0",
  TIDINGS_POST_METRICS_PORT: "0",
  TIDINGS_POST_QUOTA_BURST: "100000",
});

/** Writes posts to a process of its own until it is killed in the middle; the ids it acknowledged. */
async function acknowledgedUntilKilled(): Promise<readonly bigint[]> {
  const env = { ...process.env, ...environment() };
  const child = spawn(process.execPath, [MAIN], { env, stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "exit");
  const address = await readyAddress(child.stdout);
  const channel = connect(address, { ...PATIENT, retry: "none" });
  const posts = createClient(PostServiceService, channel);
  const acknowledged: bigint[] = [];
  const writer = async (authorId: bigint) => {
    for (let i = 0; ; i++) {
      const request = CreatePostRequest.fromPartial({ authorId, text: `${i}`, requestId: `${i}` });
      const answer = await posts.createPost(request).catch(() => undefined);
      if (!answer) return;
      if (acknowledged.push(answer.postId) === KILLED_AFTER) child.kill("SIGKILL");
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, (_, i) => writer(BigInt(i + 1))));
  await exited;
  channel.close();
  return acknowledged;
}

async function readyAddress(stdout: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface(stdout)) {
    const { msg, address } = JSON.parse(line);
    if (msg === "ready") return address;
  }
  throw new Error("the post service did not start");
}

describe("the post service, killed while it writes", () => {
  it("has every post that it acknowledged", async () => {
    const acknowledged = await acknowledgedUntilKilled();
    const service = await createPostService(readPostConfig(environment()), { log });
    const channel = connect(service.grpc.address, PATIENT);
    const posts = createClient(PostServiceService, channel);
    for (let i = 0; i < acknowledged.length; i += 200) {
      const { results } = await posts.batchGetPosts({ postIds: acknowledged.slice(i, i + 200) });
      expect(results.filter(({ status }) => status !== PostStatus.FOUND)).toEqual([]);
    }
    const next = await posts.createPost(
      CreatePostRequest.fromPartial({ authorId: 1n, text: "on" }),
    );
    expect(acknowledged).not.toContain(next.postId);
    channel.close();
    await service.close();
  });

  it("publishes the event of every post that it acknowledged", async () => {
    const acknowledged = await acknowledgedUntilKilled();
    const lmdb = openLmdb(join(dataDir, "post"));
    const bus = openLocalBus(lmdb, { topics: ["posts"] }, { log });
    const relay = startRelay({ outbox: new LmdbOutbox(lmdb), bus, clock: systemClock, log });
    await relay.settle();
    const told = new Set<bigint>();
    const drained = Promise.withResolvers<void>();
    const [{ ready }] = await bus.depths();
    let seen = 0;
    const handle = async ({ payload }: BusMessage) => {
      const { event } = Event.decode(Buffer.from(payload));
      if (event?.$case === "post") told.add(event.value.postId);
      if (++seen === ready) drained.resolve();
      return ACK;
    };
    const consumer = bus.consume("posts.fanout", { prefetch: 100 }, handle);
    await drained.promise;
    expect(acknowledged.filter((post) => !told.has(post))).toEqual([]);
    await consumer.close();
    await relay.close();
    await bus.close();
    await lmdb.close();
  });
});
