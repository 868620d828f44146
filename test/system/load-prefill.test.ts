import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { GetTimelineRequest, TimelineServiceService } from "#gen/timeline/v1/timeline.ts";
import { openWorld } from "../../loadtest/play/world/open-world.ts";
import type { Delivery } from "../../loadtest/prefill/deliveries.ts";
import { fillOf } from "../../loadtest/prefill/fill.ts";
import { readManifest } from "../../loadtest/prefill/manifest.ts";
import { prefill } from "../../loadtest/prefill/prefill.ts";
import { startServices } from "../../loadtest/prefill/services.ts";
import { scenario } from "../../loadtest/scenarios/define.ts";
import { createPopulation } from "../../population/population.ts";
import { present } from "../../services/model/invariant.ts";
import { shardOf } from "../../services/model/shards.ts";
import { idsOf, pairsOf } from "../../services/model/wire/id-pairs.ts";
import { connect, createClient } from "../../services/platform/grpc/client/client.ts";
import { PATIENT } from "../../services/platform/grpc/testing/patient.ts";
import { evictedTogether } from "../../services/timeline/domain/rings/ring-memory.ts";
import { dropKeyspace } from "../../tools/engines/private/remove-own.ts";
import { engineSets } from "../support/engines/engine-sets.ts";

const RING = 124;
/** Far more draws than viewers: everyone is looked at. */
const EVERYONE = 5_000;
const NOW_MS = Date.now();
/** A fill writes to the database row by row, and one that is slow takes minutes. */
const BOUND_MS = 300_000;
const [, { env: engines }] = await engineSets();

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tidings-prefill-"));
});
afterAll(() => rm(folder, { recursive: true }));

const planOf = (name: string) => ({
  world: { people: 2_000, seed: 8 },
  slice: { owners: 3, timelines: 2 },
  engine: "embedded" as const,
  days: 3,
  ringEntries: RING,
  dataDir: join(folder, name),
  force: false,
  sample: EVERYONE,
});

test("timelines of two of three owners: full, right in every entry, and counted", async () => {
  const stages = new Map<string, number>();
  const plan = planOf("whole");
  const { unusable, filled, env } = await prefill(plan, {
    nowMs: NOW_MS,
    onProgress: (stage, done, total) => stages.set(stage, done / total),
  });
  expect(unusable).toBeUndefined();
  expect([...stages.keys()]).toEqual(["days", "timelines", "entries", "posts", "probes"]);
  const { posts, activeViewers, entries, probes, bytes } = present(filled);
  expect(activeViewers).toBeGreaterThan(250);
  expect(probes).toMatchObject({ lost: 0, repeated: 0, unknown: 0, wrong: 0 });
  expect(probes.viewers).toBe(activeViewers);
  // Everyone was scrolled whole: what rings hold, and below them the posts themselves.
  expect(probes.entries).toBeGreaterThan(entries);
  expect(Object.keys(bytes)).toEqual(["post", "friend", "timeline"]);
  expect(await readManifest(plan.dataDir)).toMatchObject({ slice: plan.slice, filled });
  const atRest = await fillOf({ dataDir: plan.dataDir, caches: "cold" });
  expect(atRest).toEqual({ posts, activeViewers, entries, bytes, caches: "cold" });
  const names = ["post", "friend", "timeline"] as const;
  await using services = await startServices({ ...plan, names, env });
  const urls = names.flatMap(services.metricsUrls);
  const page = async (url: string) => [url, await (await fetch(url)).text()] as const;
  const pages = new Map(await Promise.all(urls.map(page)));
  const running = await fillOf({ dataDir: plan.dataDir, pages, caches: "cold" });
  expect(running).toMatchObject({ posts, activeViewers, entries });
});

test("one entry that is missing among all is found, and the folder says that it is unusable", async () => {
  const plan = planOf("loss");
  const manifest = await prefill(plan, { nowMs: NOW_MS, onProgress: () => {}, through: loseOne });
  expect(manifest.filled?.probes).toMatchObject({ lost: 1, repeated: 0, unknown: 0, wrong: 0 });
  expect(manifest.unusable).toMatch(/found 1 lost, 0 repeated, .* first at viewer \d+/);
  expect((await readManifest(plan.dataDir))?.unusable).toBe(manifest.unusable);
});

/**
 * Of the newest post in the last call: an older one may have left a ring again, and is read below it. Not of a viewer
 * who is sent just one entry more than a ring holds: nothing would be pushed out, and all below the ring be lost too.
 */
function* loseOne(deliveries: Iterable<Delivery>): Generator<Delivery> {
  let last: Delivery | undefined;
  for (const delivery of deliveries) {
    if (last) yield last;
    last = delivery;
  }
  const { process, batch, entries } = present(last);
  const newest = present(batch.appends.at(-1));
  const viewers = idsOf(newest.viewers);
  const loser = viewers.findIndex((viewer) => viewer % BigInt(evictedTogether(RING)) > 0n);
  const shorter = { ...newest, viewers: pairsOf(viewers.toSpliced(loser, 1)) };
  const appends = [...batch.appends.slice(0, -1), shorter];
  yield { process, batch: { appends }, entries: entries - 1 };
}

test("a fill that fails leaves a folder that says so", async () => {
  const plan = planOf("failed");
  const failing = prefill(plan, {
    nowMs: NOW_MS,
    onProgress: (stage) => {
      if (stage === "posts") throw new Error("no room");
    },
  });
  await expect(failing).rejects.toThrow("no room");
  expect((await readManifest(plan.dataDir))?.unusable).toBe("its fill was not finished: no room");
});

test("a folder is only taken when it is empty, or an earlier fill and that is forced", async () => {
  const stopped = () => {
    throw new Error("it began");
  };
  const tools = { nowMs: NOW_MS, onProgress: stopped };
  const earlier = planOf("failed");
  await expect(prefill(earlier, tools)).rejects.toThrow(/holds an earlier fill: .*--force/);
  await expect(prefill({ ...earlier, force: true }, tools)).rejects.toThrow("it began");
  const strange = { ...planOf("strange"), force: true };
  await mkdir(strange.dataDir);
  await writeFile(join(strange.dataDir, "letters"), "dear");
  await expect(prefill(strange, tools)).rejects.toThrow(/nor from an earlier fill: give another/);
  expect(await readdir(strange.dataDir)).toEqual(["letters"]);
});

test.skipIf(!engines)(
  "a keyspace has everyone's rows: one of four owners finds its own",
  { timeout: BOUND_MS },
  async () => {
    for (const [name, value] of Object.entries(present(engines))) vi.stubEnv(name, value);
    const keyspace = `${present(engines).TIDINGS_CQL_KEYSPACE}_rows`;
    const world = { people: 500, seed: 8 };
    const slice = { owners: 1, timelines: 1 };
    const plan = { ...planOf("rows"), world, slice, engine: "cql" as const, days: 1, keyspace };
    await using ending = new AsyncDisposableStack();
    const { unusable, env } = await prefill(plan, { nowMs: NOW_MS, onProgress: () => {} });
    ending.defer(() => dropKeyspace({ ...engines, ...env }));
    expect([unusable, env.TIDINGS_CQL_KEYSPACE]).toEqual([undefined, keyspace]);
    const asked = scenario({
      name: "slice",
      about: "",
      world,
      slice: { kind: "owner", owners: 4 },
    });
    const { target } = ending.use(
      await openWorld(asked, { world: plan.dataDir, engine: "cql", timelines: 1, warm: true }),
    );
    const { active } = createPopulation(world);
    const viewers = Array.from({ length: active.count }, (_, i) => BigInt(active.personAt(i)));
    const here = viewers.filter((viewer) => target.ownerByShard[shardOf(viewer)] === 0);
    const channel = connect(target.addresses.timeline[0], PATIENT);
    ending.defer(() => channel.close());
    const timelines = createClient(TimelineServiceService, channel);
    const request = (viewerId: bigint) => GetTimelineRequest.fromPartial({ viewerId, limit: 20 });
    const pages = await Promise.all(here.map((viewer) => timelines.getTimeline(request(viewer))));
    const filled = pages.filter(({ entries }) => entries.length > 0).length;
    expect(filled).toBeGreaterThan(here.length / 2);
    expect(here.length).toBeLessThan(viewers.length / 2);
  },
);
