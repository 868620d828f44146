import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CreatePostRequest, PostServiceService } from "#gen/post/v1/post.ts";
import {
  AppendEntriesRequest,
  GetTimelineRequest,
  TimelineServiceService,
} from "#gen/timeline/v1/timeline.ts";
import { connectTarget } from "../../loadtest/target/connect-target.ts";
import { startSampler } from "../../loadtest/target/sampling/sampler.ts";
import { type StartOptions, startTarget } from "../../loadtest/target/start-target.ts";
import type { OpenTarget } from "../../loadtest/target/target.ts";
import { createPopulation } from "../../population/population.ts";
import { makePostId } from "../../services/model/ids.ts";
import { present } from "../../services/model/invariant.ts";
import { shardOf } from "../../services/model/shards.ts";
import { connect, createClient } from "../../services/platform/grpc/client/client.ts";
import { PATIENT } from "../../services/platform/grpc/testing/patient.ts";
import { valueIn } from "../../services/platform/telemetry/read-exposition.ts";
import { untilAnswered } from "../../tools/mesh/until-answered.ts";
import { engineSets } from "../support/engines/engine-sets.ts";

const WORLD = { people: 1_000, seed: 1 };
const OWNERS = 20;
const OWNER_SLICE = { world: WORLD, slice: { kind: "owner", owners: OWNERS } } as const;
const SETTLE_MS = 100_000;
const SYNC_MS = 300;
/** A client finds a process that was restarted some time after it is back. */
const PATIENCE = { passing: ["UNAVAILABLE"], maxTries: 200, waitMs: 50 };
const population = createPopulation(WORLD);
const everyone = Array.from({ length: WORLD.people }, (_, i) => i + 1);
const [, { env: isUp }] = await engineSets();

function clientsOf({ addresses }: OpenTarget) {
  const channels = [
    connect(addresses.timeline, PATIENT),
    connect(addresses.post, PATIENT),
  ] as const;
  const timelines = createClient(TimelineServiceService, channels[0]);
  const posts = createClient(PostServiceService, channels[1]);
  return {
    timelines,
    read: (viewer: number) => {
      const request = GetTimelineRequest.fromPartial({ viewerId: BigInt(viewer) });
      return untilAnswered(() => timelines.getTimeline(request), PATIENCE);
    },
    post: async (author: number) => {
      const request = CreatePostRequest.fromPartial({ authorId: BigInt(author), text: "hello" });
      return (await posts.createPost(request)).postId;
    },
    close: () => {
      for (const channel of channels) channel.close();
    },
  };
}

/** What the worker counted: entries by what became of them, and calls. */
async function workOf(target: OpenTarget) {
  const page = (await target.metrics()).get("fanout") ?? "";
  const entries = (result: string) => valueIn(page, "tidings_fanout_entries_total", { result });
  return {
    appended: entries("appended"),
    dropped: entries("dropped"),
    calls: valueIn(page, "tidings_fanout_posts_per_call_count"),
  };
}

/** Somebody with friends at the real owner and at most of the others. */
function authorIn(target: OpenTarget) {
  const author = present(
    everyone.find(
      (person) => population.degree(person) >= 40 && friendsHere(target, person).length >= 2,
    ),
  );
  return { author, friends: [...population.friends(author)] };
}

const friendsHere = ({ ownerOf }: OpenTarget, person: number) =>
  [...population.friends(person)].filter((friend) => ownerOf(friend) === 0);

/** All that a post of an owner slice must show: what is stored, what is not, and how it was cut. */
async function postIsCutFor(target: OpenTarget, ownersOf: (viewer: number) => unknown) {
  const { read, post, close } = clientsOf(target);
  try {
    const here = everyone.filter((viewer) => target.ownerOf(viewer) === 0);
    expect(here.length).toBeGreaterThan(0);
    expect(here.length).toBeLessThan(WORLD.people / 5);
    await Promise.all(here.map(read));
    await target.drained(SETTLE_MS);
    const { author, friends } = authorIn(target);
    const postId = await post(author);
    await target.drained(SETTLE_MS);
    const readers = friendsHere(target, author);
    expect(await workOf(target)).toEqual({
      appended: readers.length,
      dropped: 0,
      calls: new Set(friends.map(ownersOf)).size,
    });
    for (const viewer of readers) {
      expect((await read(viewer)).entries.map((entry) => entry.postId)).toEqual([postId]);
    }
    const stranger = present(here.find((viewer) => !readers.includes(viewer)));
    expect((await read(stranger)).entries).toEqual([]);
  } finally {
    close();
  }
}

describe("a target that is one owner of twenty", () => {
  let kept: string;
  let target: OpenTarget;
  let clients: ReturnType<typeof clientsOf>;
  beforeAll(async () => {
    kept = mkdtempSync(join(tmpdir(), "tidings-kept-"));
    target = await startTarget({
      ...OWNER_SLICE,
      engine: "embedded",
      slowDisk: true,
      keepIn: kept,
    });
    clients = clientsOf(target);
  });
  afterAll(async () => {
    clients?.close();
    await target?.[Symbol.asyncDispose]();
    rmSync(kept, { recursive: true, force: true });
  });

  test("stores its own viewers' entries, while the worker calls every owner", async () => {
    expect(target.description).toMatchObject({ owners: OWNERS, timelines: 1, kind: "own mesh" });
    const shareOfShards = target.ownerByShard.filter((owner) => owner === 0).length / 4_096;
    expect(shareOfShards).toBeCloseTo(1 / OWNERS, 3);
    await postIsCutFor(target, (viewer) => shardOf(BigInt(viewer)) % OWNERS);
  });

  test("syncs later while its disk is slow, and only then", async () => {
    const viewer = present(everyone.find((person) => target.ownerOf(person) === 0));
    await clients.read(viewer);
    let sequence = 0;
    const append = async () => {
      const postId = makePostId(Date.now(), 1_000, sequence++);
      const startedMs = performance.now();
      const viewerIds = [BigInt(viewer)];
      await clients.timelines.appendEntries(
        AppendEntriesRequest.fromPartial({ appends: [{ postId, authorId: 1n, viewerIds }] }),
      );
      return performance.now() - startedMs;
    };
    const faults = present(target.faults);
    await faults.slowDisk("timeline", SYNC_MS);
    expect(await append()).toBeGreaterThanOrEqual(SYNC_MS - 1);
    // So long that the append would fail, were it not ended.
    await faults.slowDisk("timeline", 60_000);
    await faults.slowDisk("timeline", 0);
    await append();
    await expect(faults.slowDisk("post", 5)).rejects.toThrow("only that of timeline");
  });

  test("is watched while it works, stands still, is killed and comes back", async () => {
    const POSTS = 5;
    const sampler = startSampler(target, { measuredInMs: 0, everyMs: 100 });
    const { author } = authorIn(target);
    const pidOf = () => target.processes.find(({ label }) => label === "timeline")?.pid;
    const before = pidOf();
    const pause = present(target.faults).pause("timeline", 200);
    for (let i = 0; i < POSTS; i++) await clients.post(author);
    await pause;
    await present(target.faults).kill("timeline");
    expect(pidOf()).toBeUndefined();
    await present(target.faults).restart("timeline");
    expect(pidOf()).not.toBe(before);
    await target.drained(SETTLE_MS);
    const [reader] = friendsHere(target, author);
    expect((await clients.read(reader)).entries).toHaveLength(POSTS + 1);
    const { processes, work, pending, atSeconds } = await sampler.stop();
    const labels = ["post", "friend", "ranking", "timeline", "fanout", "gateway", "sinks"];
    expect(processes.map(({ label }) => label)).toEqual(labels);
    for (const { label, cpuShare, residentMiB, cpuSeconds } of processes) {
      expect([cpuShare.length, residentMiB.length]).toEqual([atSeconds.length, atSeconds.length]);
      // It was started anew: of others a clock tick of CPU is not certain.
      if (label === "timeline") expect(cpuSeconds).toBeGreaterThan(0);
    }
    expect(Object.keys(pending)).toContain("tidings_pending_outbox_events");
    const created = Object.entries(work).find(
      ([name]) => name.startsWith("grpc_server_handled_total") && name.includes('"CreatePost"'),
    );
    expect(created?.[1]).toBe(POSTS);
  });

  test("leaves data that another one begins with", async () => {
    const { author } = authorIn(target);
    const [reader] = friendsHere(target, author);
    const entries = (await clients.read(reader)).entries;
    await target[Symbol.asyncDispose]();
    const second = { ...OWNER_SLICE, engine: "embedded", dataDir: kept } satisfies StartOptions;
    await using copy = await startTarget(second);
    const other = clientsOf(copy);
    await other.post(author);
    await copy.drained(SETTLE_MS);
    expect((await other.read(reader)).entries).toHaveLength(entries.length + 1);
    other.close();
  });
});

describe("a target that runs already", () => {
  test("is found by its ports, with all its timeline processes, and is told broken when one dies", async () => {
    const rate = {
      world: WORLD,
      slice: { kind: "rate" },
      engine: "embedded",
      timelines: 2,
    } as const;
    await using running = await startTarget(rate);
    const env = { TIDINGS_PORT_BASE: running.addresses.gateway[0].split(":")[1] };
    await using target = await connectTarget({ world: WORLD, env });
    expect(target.addresses).toMatchObject(running.addresses);
    expect(target.ownerByShard).toEqual(running.ownerByShard);
    expect(new Set(target.ownerByShard)).toEqual(new Set([0, 1]));
    await target.drained(SETTLE_MS);
    expect([target.processes, target.faults]).toEqual([[], undefined]);
    await expect(connectTarget({ world: { ...WORLD, seed: 2 }, env })).rejects.toThrow(
      "TIDINGS_FRIEND_SYNTHETIC_SEED=2",
    );
    process.kill(present(running.processes.find(({ label }) => label === "fanout")).pid, "SIGKILL");
    expect(await running.broken).toContain("fanout");
    await expect(connectTarget({ world: WORLD, env })).rejects.toThrow("No metrics page of fanout");
  });
});

describe.skipIf(!isUp)("a target on cql (needs `npm run engines -- up`)", () => {
  test("is one owner of twenty by its leases, and its stores are seen", async () => {
    await using target = await startTarget({ ...OWNER_SLICE, engine: "cql" });
    const labels = target.processes.map(({ label }) => label);
    expect([...labels, ...(target.description.unseen ?? [])]).toEqual(
      expect.arrayContaining(["broker", "cql", "sinks"]),
    );
    const { timelines, close } = clientsOf(target);
    const { owners } = await timelines.getShardMap({});
    close();
    expect(owners).toHaveLength(OWNERS);
    const byShard = new Map(
      owners.flatMap(({ address, shards }) => shards.map((shard) => [shard, address] as const)),
    );
    await postIsCutFor(target, (viewer) => byShard.get(shardOf(BigInt(viewer))));
  });
});
