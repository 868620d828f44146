import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CreatePostRequest } from "#gen/post/v1/post.ts";
import type { ProbeCounts } from "../../loadtest/probes/ledger/tally.ts";
import { openProbe } from "../../loadtest/probes/open-probe.ts";
import { RunClock } from "../../loadtest/run/run-clock.ts";
import { writeText } from "../../population/people/texts.ts";
import { createPopulation } from "../../population/population.ts";
import { makePostId } from "../../services/model/ids.ts";
import { present } from "../../services/model/invariant.ts";
import { SHARD_COUNT, shardOf } from "../../services/model/shards.ts";
import { startTestMesh, type TestMesh } from "../support/mesh/mesh.ts";

const WORLD = { people: 1_000, seed: 20_261_121 };
const POSTS = 200;
const AT_ONCE = 8;
const TIMELINES = 2;

const population = createPopulation(WORLD);

/** What is no matter of how fast this machine is. */
const FAULTS = [
  "lost",
  "lost_posts",
  "altered",
  "vanished",
  "repeated",
  "disordered",
  "strange",
  "unverified",
  "unready_watchers",
  "unwatched_posts",
] as const;

function faultsIn(counts: ProbeCounts): readonly string[] {
  return FAULTS.filter((name) => counts[name] > 0);
}

/** A probe of the whole mesh, on the run's clock. */
async function probeOf(mesh: TestMesh, clock: RunClock) {
  const addresses = mesh.ports.timeline.map((port) => `${mesh.host}:${port}`);
  const { owners } = await mesh.timelines[0].getShardMap({});
  const ownerByShard = Array.from({ length: SHARD_COUNT }, () => -1);
  for (const { address, shards } of owners) {
    for (const shard of shards) ownerByShard[shard] = addresses.indexOf(address);
  }
  return openProbe({
    population,
    seed: WORLD.seed,
    clock,
    ownerOf: (viewer) => ownerByShard[shardOf(BigInt(viewer))],
    timelineAddresses: addresses,
    postAddresses: [`${mesh.host}:${mesh.ports.post}`],
    watchers: 50,
    readsPerSecond: 50,
    readyWithinMs: 100_000,
    lostAfterMs: 5_000,
  });
}

describe(`probes of a mesh on a synthetic graph (seed ${WORLD.seed})`, () => {
  let mesh: TestMesh;
  beforeAll(async () => {
    const env = {
      TIDINGS_FRIEND_GRAPH: "synthetic",
      TIDINGS_FRIEND_SYNTHETIC_PEOPLE: String(WORLD.people),
      TIDINGS_FRIEND_SYNTHETIC_SEED: String(WORLD.seed),
      // So short that streams end and resume all the time.
      TIDINGS_TIMELINE_WATCH_AGE: "100ms",
    };
    mesh = await startTestMesh({ env, timelines: TIMELINES });
  });
  afterAll(() => mesh?.end());

  /** Active people post, some at a time; `acknowledged` sees each answer. */
  async function everyonePosts(
    acknowledged: (author: number, postId: bigint, textNumber: number) => void,
  ): Promise<void> {
    let next = 0;
    const lane = async () => {
      while (next < POSTS) {
        const textNumber = next++;
        const author = population.active.personAt(textNumber % population.active.count);
        const text = writeText(population.text(author, textNumber));
        const request = CreatePostRequest.fromPartial({ authorId: BigInt(author), text });
        const { postId } = await mesh.posts.createPost(request);
        acknowledged(author, postId, textNumber);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
  }

  test("see every post that was acknowledged, some time after it, and nothing amiss", async () => {
    const clock = new RunClock();
    await using probe = await probeOf(mesh, clock);
    await everyonePosts((author, postId, textNumber) =>
      probe.acknowledged(author, postId, clock.nowMicros(), textNumber),
    );
    await probe.finish({ drained: mesh.settle() });

    const { counts, sentences } = probe.report();
    expect(faultsIn(counts), sentences.join("\n")).toEqual([]);
    expect(counts.watchers).toBe(50);
    expect(counts.resumed_streams).toBeGreaterThan(0);
    expect(counts.probe_reads).toBeGreaterThan(0);
    const { values } = present(probe.distributions([]).get("lag"));
    expect(values.totalCount).toBe(counts.expected_entries);
    expect(values.totalCount).toBeGreaterThan(POSTS);
    expect(values.maxValue).toBeGreaterThan(0);
  });

  test("tell an owner that was away from posts that are lost", async () => {
    const clock = new RunClock();
    await using probe = await probeOf(mesh, clock);
    let restarted: Promise<void> | undefined;
    let posts = 0;
    await everyonePosts((author, postId, textNumber) => {
      probe.acknowledged(author, postId, clock.nowMicros(), textNumber);
      if (++posts < POSTS / 3) return;
      restarted ??= mesh.kill("timeline-1", "SIGKILL").then(() => mesh.restart("timeline-1"));
    });
    await restarted;
    // Whom some of the watchers must know.
    const author = population.personAtRank(WORLD.people - 1);
    const lost = makePostId(Date.now(), 1_023, 4_095);
    probe.acknowledged(author, lost, clock.nowMicros());
    await probe.finish({ drained: mesh.settle() });

    const { counts, findings, sentences } = probe.report();
    expect(faultsIn(counts), sentences.join("\n")).toEqual(["lost", "lost_posts"]);
    expect(counts.lost).toBeGreaterThan(1);
    expect(counts.lost_posts).toBe(1);
    // On a slow machine pages are read until it is due on them, too.
    expect([...new Set(findings.map(({ postId }) => postId))]).toEqual([String(lost)]);
    expect(findings.map(({ what }) => what)).toContain("lost post");
  });
});
