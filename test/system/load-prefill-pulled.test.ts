/** Worlds that are pulled from: in every index, and in nobody's timeline. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { GetTimelineRequest, TimelineServiceService } from "#gen/timeline/v1/timeline.ts";
import { openWorld } from "../../loadtest/play/world/open-world.ts";
import { gaugesIn } from "../../loadtest/prefill/gauges.ts";
import { makePastPosts, type PastDays } from "../../loadtest/prefill/past-posts.ts";
import { prefill } from "../../loadtest/prefill/prefill.ts";
import { scenario } from "../../loadtest/scenarios/define.ts";
import type { OpenTarget } from "../../loadtest/target/target.ts";
import { createPopulation, type Population } from "../../population/population.ts";
import { present } from "../../services/model/invariant.ts";
import { GAUGES, STORE_GAUGES } from "../../services/model/metrics.ts";
import { connect, createClient } from "../../services/platform/grpc/client/client.ts";
import { PATIENT } from "../../services/platform/grpc/testing/patient.ts";
import { dropKeyspace } from "../../tools/engines/private/remove-own.ts";
import { engineSets } from "../support/engines/engine-sets.ts";

/** Far more draws than viewers: everyone is looked at. */
const EVERYONE = 5_000;
const NOW_MS = Date.now();
/** A fill writes to the database row by row, and one that is slow takes minutes. */
const BOUND_MS = 300_000;
const WORLD = { people: 500, seed: 8 };
const SCENARIO = scenario({ name: "pulled", about: "", world: WORLD });
const [, { env: engines }] = await engineSets();

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tidings-pulled-"));
});
afterAll(() => rm(folder, { recursive: true }));

const planOf = (name: string) => ({
  world: WORLD,
  delivery: "pull" as const,
  days: 1,
  ringEntries: 124,
  dataDir: join(folder, name),
  force: false,
  sample: EVERYONE,
});

test("a folder that is pulled from has its posts in every index, keeps nothing for anybody, and shows it whole", async () => {
  const slice = { owners: 1, timelines: 1 };
  const plan = { ...planOf("embedded"), engine: "embedded" as const, slice };
  const stages: string[] = [];
  const tools = { nowMs: NOW_MS, onProgress: (stage: string) => stages.push(stage) };
  const { unusable, env, filled } = await prefill(plan, tools);
  expect([unusable, env.TIDINGS_DELIVERY]).toEqual([undefined, "pull"]);
  expect(filled).toMatchObject({ activeViewers: 0, entries: 0 });
  expect(new Set(stages)).toEqual(new Set(["days", "posts", "probes"]));
  await using opened = await openWorld(SCENARIO, {
    ...{ world: plan.dataDir, engine: "embedded", timelines: 2 },
  });
  const { target, fill, delivery } = opened;
  expect(delivery).toBe("pull");
  const gauges = gaugesIn((await target.metrics()).values());
  expect(gauges.get(GAUGES.indexPosts.name)).toBe(2 * present(filled).posts);
  expect(await fill?.()).toMatchObject({ activeViewers: 0, posts: present(filled).posts });
  const past = { days: plan.days, endMs: NOW_MS, seed: WORLD.seed };
  await expectNewestPage(target, createPopulation(WORLD), past);
});

/** Of whoever's friends have posted most. */
async function expectNewestPage(
  target: OpenTarget,
  population: Population,
  past: PastDays,
): Promise<void> {
  const posts = makePastPosts(population, past, () => {});
  const shownTo = (viewer: number) => {
    const friends = new Set(population.friends(viewer));
    const all = Array.from({ length: posts.count }, (_, post) => post);
    return all.filter((post) => friends.has(posts.author[post])).reverse();
  };
  const { active } = population;
  const viewers = Array.from({ length: active.count }, (_, i) => active.personAt(i));
  const counts = viewers.map((viewer) => shownTo(viewer).length);
  const viewer = viewers[counts.indexOf(Math.max(...counts))];
  const address = target.addresses.timeline[target.ownerOf(viewer)];
  using channel = connect([address], PATIENT);
  const { entries, degraded } = await createClient(TimelineServiceService, channel).getTimeline(
    GetTimelineRequest.fromPartial({ viewerId: BigInt(viewer), limit: 10 }),
  );
  const expected = shownTo(viewer).map((post) => posts.id(post) as bigint);
  expect(expected.length).toBeGreaterThan(10);
  expect(entries.map(({ postId }) => postId)).toEqual(expected.slice(0, 10));
  expect(degraded).toEqual([]);
}

test.skipIf(!engines)(
  "a keyspace that is pulled from has its posts in every index, and keeps nothing for anybody",
  { timeout: BOUND_MS },
  async () => {
    for (const [name, value] of Object.entries(present(engines))) vi.stubEnv(name, value);
    const keyspace = `${present(engines).TIDINGS_CQL_KEYSPACE}_pulled`;
    const slice = { owners: 1, timelines: 1 };
    const plan = { ...planOf("cql"), engine: "cql" as const, slice, keyspace };
    await using ending = new AsyncDisposableStack();
    const stages: string[] = [];
    const { unusable, env, filled } = await prefill(plan, {
      nowMs: NOW_MS,
      onProgress: (stage) => stages.push(stage),
    });
    ending.defer(() => dropKeyspace({ ...engines, ...env }));
    expect([unusable, env.TIDINGS_DELIVERY]).toEqual([undefined, "pull"]);
    expect(filled).toMatchObject({ activeViewers: 0, entries: 0 });
    expect(new Set(stages)).toEqual(new Set(["days", "posts", "probes"]));
    const { target, fill, delivery } = ending.use(
      await openWorld(SCENARIO, {
        ...{ world: plan.dataDir, engine: "cql", timelines: 2, warm: true },
      }),
    );
    expect(delivery).toBe("pull");
    const gauges = gaugesIn((await target.metrics()).values());
    expect(gauges.get(GAUGES.indexPosts.name)).toBe(2 * present(filled).posts);
    expect(gauges.get(STORE_GAUGES.viewers.name)).toBe(0);
    expect(await fill?.()).toMatchObject({ activeViewers: 0 });
  },
);
