/** A mesh of two owners that delivers by pull: any of them serves anybody, also when one is killed. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { connectTimelines } from "../../services/gateway/adapters/sharded-timelines.ts";
import { firstPostIdAt } from "../../services/model/ids.ts";
import { present } from "../../services/model/invariant.ts";
import { EVERYONE } from "../../services/model/pulled/pulled-table.ts";
import { shardOf } from "../../services/model/shards.ts";
import { PATIENT } from "../../services/platform/grpc/testing/patient.ts";
import { startTestMesh, type TestMesh } from "../support/mesh/mesh.ts";
import { befriendAll, everybodyPosts } from "../support/mesh/people.ts";
import { until } from "../support/until.ts";

const PEOPLE = Array.from({ length: 8 }, (_, i) => BigInt(i + 1));

let mesh: TestMesh;
let timelines: ReturnType<typeof connectTimelines>;

beforeAll(async () => {
  mesh = await startTestMesh({ timelines: 2, env: { TIDINGS_DELIVERY: "pull" } });
  const addresses = mesh.ports.timeline.map((port) => `${mesh.host}:${port}`);
  timelines = connectTimelines(addresses, PATIENT);
  await befriendAll(mesh, PEOPLE);
  const { fromPostId } = await mesh.friends.setPulled({ authorId: EVERYONE, pulled: true });
  // From then on new posts are pulled; what is older was pushed to nobody, for nobody has read yet.
  await until(() => firstPostIdAt(Date.now()) > fromPostId);
}, 120_000);

afterAll(async () => {
  timelines?.[Symbol.dispose]();
  await mesh?.end();
});

async function scroll(viewerId: bigint): Promise<bigint[]> {
  const ids: bigint[] = [];
  let pageToken = "";
  do {
    const query = { viewerId, limit: 7, pageToken, fromTimeMs: 0n, order: 1 } as const;
    const page = await timelines.getTimeline(query);
    expect(page.degraded).toEqual([]);
    ids.push(...page.entries.map(({ postId }) => postId));
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  return ids;
}

test("everybody sees everything, and an owner that is killed is missed by nobody", async () => {
  const posts = await everybodyPosts({
    mesh,
    people: PEOPLE,
    postsEach: 4,
    round: "pull",
    onAcknowledged: () => {},
  });
  await mesh.settle();
  const expected = (viewer: bigint) =>
    posts
      .filter(({ authorId }) => authorId !== viewer)
      .map(({ postId }) => postId)
      .sort((a, b) => (a > b ? -1 : 1));
  for (const viewer of PEOPLE) expect(await scroll(viewer)).toEqual(expected(viewer));

  const victim = "timeline-1";
  const address = `${mesh.host}:${mesh.ports.timeline[1]}`;
  const { owners } = await mesh.timelines[0].getShardMap({});
  const shards = new Set(owners.find((owner) => owner.address === address)?.shards);
  const viewer = present(PEOPLE.find((person) => shards.has(shardOf(person))));
  const killed = mesh.kill(victim, "SIGKILL");
  const startMs = performance.now();
  await firstPageOnceServed(viewer);
  console.log(`served again ${Math.round(performance.now() - startMs)} ms after the kill`);
  expect(await scroll(viewer)).toEqual(expected(viewer));
  await killed;
}, 120_000);

/** The client asks again until there is an answer. */
async function firstPageOnceServed(viewerId: bigint): Promise<void> {
  const query = { viewerId, limit: 20, pageToken: "", fromTimeMs: 0n, order: 1 } as const;
  for (;;) {
    const isServed = await timelines.getTimeline(query).then(
      () => true,
      () => false,
    );
    if (isServed) return;
  }
}
