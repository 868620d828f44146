import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AppendEntriesRequest, GetTimelineRequest } from "#gen/timeline/v1/timeline.ts";
import { makePostId } from "../../services/model/ids.ts";
import { present } from "../../services/model/invariant.ts";
import { shardOf } from "../../services/model/shards.ts";
import { NOT_OWNER } from "../../services/platform/grpc/errors/errors.ts";
import { settle } from "../../tools/mesh/settle.ts";
import { engineSets } from "../support/engines/engine-sets.ts";
import { startTestMesh, type TestMesh } from "../support/mesh/mesh.ts";
import {
  type Acknowledged,
  befriendAll,
  everybodyPosts,
  everyoneSees,
  readOnce,
} from "../support/mesh/people.ts";
import { untilOwners } from "../support/mesh/shard-owners.ts";

const PEOPLE = Array.from({ length: 12 }, (_, i) => BigInt(i + 1));
/** Of the next test: what the first may lose is not missed there. */
const OTHERS = PEOPLE.map((person) => person + 100n);
const POSTS_EACH = 6;
const POSTS = PEOPLE.length * POSTS_EACH;
const OTHER = "timeline-1";
const [, { env: isUp }] = await engineSets();

async function startTwo(lease: string): Promise<TestMesh> {
  const [, cql] = await engineSets();
  const env = { ...present(cql.env), TIDINGS_TIMELINE_LEASE: lease };
  const mesh = await startTestMesh({ env, timelines: 2 });
  await untilOwners(mesh, [0, 1]);
  for (const people of [PEOPLE, OTHERS]) {
    await befriendAll(mesh, people);
    await readOnce(mesh, people);
  }
  return mesh;
}

/** Quiet, as far as the processes that run can be. */
function settleWithout(mesh: TestMesh, label: string): Promise<void> {
  return settle({ ...mesh, plans: mesh.plans.filter((plan) => plan.label !== label) });
}

describe.skipIf(!isUp)("two owners of timelines (needs `npm run engines -- up`)", () => {
  let mesh: TestMesh;
  beforeAll(async () => {
    // Short, for tests wait until it has ended; longer than a renewal takes where the database is slow.
    mesh = await startTwo("5s");
  });
  afterAll(() => mesh?.end());

  /** Everybody posts; once a third is acknowledged, something happens. */
  async function postsWhile(
    people: readonly bigint[],
    act: () => void,
  ): Promise<readonly Acknowledged[]> {
    let isDone = false;
    return await everybodyPosts({
      ...{ mesh, people, postsEach: POSTS_EACH, round: "amid" },
      onAcknowledged: (count) => {
        if (count < POSTS / 3 || isDone) return;
        isDone = true;
        act();
      },
    });
  }

  test("one is killed: the other serves everyone, and nothing acknowledged is lost", async () => {
    let killed: Promise<void> | undefined;
    const acknowledged = await postsWhile(PEOPLE, () => {
      killed = mesh.kill(OTHER, "SIGKILL");
    });
    await killed;
    await untilOwners(mesh, [0]);
    await settleWithout(mesh, OTHER);
    await everyoneSees(mesh, PEOPLE, acknowledged);
    await mesh.restart(OTHER);
    await untilOwners(mesh, [0, 1]);
    await everyoneSees(mesh, PEOPLE, acknowledged);
  });

  test("one is stopped past its lease: awake again, it neither takes nor tells anything", async () => {
    const owned = await ownedBy(mesh, 1, OTHERS);
    expect(owned.length).toBeGreaterThan(0);
    const stopped = present(mesh.processes.get(OTHER));
    const acknowledged = await postsWhile(OTHERS, () => stopped.signal("SIGSTOP"));
    await untilOwners(mesh, [0]);
    await settleWithout(mesh, OTHER);
    await everyoneSees(mesh, OTHERS, acknowledged);

    // These wait in the process's socket, and are what it finds first when it wakes up.
    const asked = owned.flatMap((viewerId) => [
      mesh.timelines[1].getTimeline(GetTimelineRequest.fromPartial({ viewerId })),
      mesh.timelines[1].appendEntries(appendOfNobody(viewerId)),
    ]);
    const answers = Promise.allSettled(asked);
    stopped.signal("SIGCONT");
    for (const answer of await answers) {
      expect(answer).toMatchObject({ status: "rejected", reason: { reason: NOT_OWNER } });
    }
    await untilOwners(mesh, [0, 1]);
    await mesh.settle();
    await everyoneSees(mesh, OTHERS, acknowledged);
  });
});

describe.skipIf(!isUp)("a graceful stop (needs `npm run engines -- up`)", () => {
  let mesh: TestMesh;
  beforeAll(async () => {
    // So long that nobody waits for its end.
    mesh = await startTwo("10m");
  });
  afterAll(() => mesh?.end());

  test("hands the shards over at once", async () => {
    const posts = await everybodyPosts({
      mesh,
      people: PEOPLE,
      postsEach: POSTS_EACH,
      round: "term",
      onAcknowledged: () => {},
    });
    await mesh.kill(OTHER, "SIGTERM");
    await untilOwners(mesh, [0]);
    await settleWithout(mesh, OTHER);
    await everyoneSees(mesh, PEOPLE, posts);
  });
});

/** Those of these people whose timelines a process serves now. */
async function ownedBy(
  mesh: TestMesh,
  process: number,
  people: readonly bigint[],
): Promise<readonly bigint[]> {
  const { owners } = await mesh.timelines[process].getShardMap({});
  const address = `${mesh.host}:${mesh.ports.timeline[process]}`;
  const shards = new Set(owners.find((owner) => owner.address === address)?.shards);
  return people.filter((viewer) => shards.has(shardOf(viewer)));
}

/** An entry that no timeline may ever show: its post does not exist. */
function appendOfNobody(viewerId: bigint): AppendEntriesRequest {
  const postId = makePostId(Date.now(), 1_023, 4_095);
  const authorId = present(PEOPLE.find((person) => person !== viewerId));
  return AppendEntriesRequest.fromPartial({
    appends: [{ postId, authorId, viewerIds: [viewerId] }],
  });
}
