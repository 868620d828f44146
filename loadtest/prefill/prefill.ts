import { createPopulation, type Population } from "../../population/population.ts";
import { STORE_GAUGES } from "../../services/model/metrics.ts";
import { commitOf } from "../target/launch/checkout.ts";
import { untilPulled } from "../target/launch/reported-delivery.ts";
import { type Deliveries, type Delivery, NO_DELIVERIES, planDeliveries } from "./deliveries.ts";
import { bytesOf } from "./fill.ts";
import { checkDisk, checkFolder, takeFolder } from "./folder.ts";
import { readGauges } from "./gauges.ts";
import { type PrefillManifest, writeManifest } from "./manifest.ts";
import { makePastPosts, type PastPosts, type PostsByAuthor, postsByAuthor } from "./past-posts.ts";
import { checkPlan, isPulled, type PrefillPlan, worldEnv } from "./plan.ts";
import { faultsOf, type ProbeResult, probeTimelines } from "./probes.ts";
import { ownersReady, startServices } from "./services.ts";
import { checkMemory, roomFor } from "./sizes.ts";
import { storePosts } from "./store-posts.ts";
import { openTimelineStores } from "./timeline-stores.ts";
import { type Viewers, viewersOf } from "./viewers.ts";

/** In their order, each with its unit: seconds, viewers, entries, posts, viewers. */
export const STAGES = ["days", "timelines", "entries", "posts", "probes"] as const;
export type Stage = (typeof STAGES)[number];

export interface PrefillTools {
  /** Unix ms. */
  readonly nowMs: number;
  readonly onProgress: (stage: Stage, done: number, total: number) => void;
  /** Tests lose something on the way. */
  readonly through?: (deliveries: Iterable<Delivery>) => Iterable<Delivery>;
}

/** Something went wrong on the way; the message goes down to its first cause. */
export class PrefillFailed extends Error {
  override readonly name = "PrefillFailed";
  constructor(cause: Error) {
    super(reasonOf(cause), { cause });
  }
}

function reasonOf({ message, cause }: Error): string {
  const own = message.replace(/[.]$/, "");
  return cause instanceof Error ? `${own}: ${reasonOf(cause)}` : own;
}

/** All that is known before anything is written. */
interface Filling {
  readonly plan: PrefillPlan;
  readonly tools: PrefillTools;
  readonly population: Population;
  readonly posts: PastPosts;
  readonly byAuthor: PostsByAuthor;
  readonly viewers: Viewers;
  readonly deliveries: Deliveries;
  /** For every service that runs on the data. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Fills a data folder with the posts of some days, and the timelines that these days would have left
 * behind. Throws RangeError before anything is written when it can't be, PrefillFailed when something goes
 * wrong later. That, and faults that the probes found, leave a manifest that calls the folder unusable.
 */
export async function prefill(plan: PrefillPlan, tools: PrefillTools): Promise<PrefillManifest> {
  const startedMs = performance.now();
  checkPlan(plan);
  await checkFolder(plan.dataDir, plan.force);
  const filling = await prepare(plan, tools);
  const release = await takeFolder(plan.dataDir, plan.force);
  const begun = await manifestOf(filling);
  try {
    await writeManifest(plan.dataDir, begun);
    if (!isPulled(plan)) await fillTimelines(filling);
    await fillPosts(filling);
    const { probes, entries } = await probeAll(filling);
    const manifest = {
      ...begun,
      unusable: unusableBy(probes),
      filled: {
        posts: filling.posts.count,
        activeViewers: isPulled(plan) ? 0 : activeIn(filling.viewers),
        entries,
        bytes: await bytesOf(plan.dataDir),
        seconds: Math.round((performance.now() - startedMs) / 1_000),
        probes,
      },
    };
    await writeManifest(plan.dataDir, manifest);
    return manifest;
  } catch (error) {
    const failure = new PrefillFailed(error as Error);
    // On a full disk the manifest that was begun with says enough.
    const unusable = `${begun.unusable}: ${failure.message}`;
    await writeManifest(plan.dataDir, { ...begun, unusable }).catch(() => {});
    throw failure;
  } finally {
    release();
  }
}

async function prepare(plan: PrefillPlan, tools: PrefillTools): Promise<Filling> {
  const { world, slice, engine, days, ringEntries } = plan;
  const population = createPopulation(world);
  const viewers = viewersOf(population, slice);
  if (!isPulled(plan)) checkMemory({ population, viewers, slice, ringEntries });
  const ofPosts = { days, endMs: tools.nowMs, seed: world.seed };
  const seconds = days * 86_400;
  const posts = makePastPosts(population, ofPosts, (done) =>
    tools.onProgress("days", done, seconds),
  );
  const byAuthor = postsByAuthor(posts, world.people);
  const kept = engine === "cql" ? "all" : ringEntries;
  const deliveries = isPulled(plan)
    ? NO_DELIVERIES
    : planDeliveries({ population, posts, byAuthor, viewers, ringEntries: kept });
  await checkDisk(plan.dataDir, { posts: posts.count, entries: deliveries.entries });
  const env = { ...worldEnv(plan, process.env), ...roomFor(viewers, ringEntries) };
  return { plan, tools, population, posts, byAuthor, viewers, deliveries, env };
}

async function manifestOf({ plan, tools, env }: Filling): Promise<PrefillManifest> {
  const { world, slice, engine, delivery, ringEntries, days } = plan;
  return {
    kind: "prefill",
    version: 1,
    unusable: "its fill was not finished",
    world,
    slice,
    engine,
    ...(delivery && { delivery }),
    ringEntries,
    days,
    postsUntil: new Date(tools.nowMs).toISOString(),
    env,
    commit: await commitOf(import.meta.dirname),
    filled: undefined,
  };
}

async function fillTimelines({ plan, tools, viewers, deliveries, env }: Filling): Promise<void> {
  const { engine, dataDir, slice } = plan;
  const { onProgress, through = (all: Iterable<Delivery>) => all } = tools;
  await using stores = await openTimelineStores(engine, dataDir, slice, env);
  await stores.activate(viewers, counter(activeIn(viewers), "timelines", onProgress));
  const onAppended = counter(deliveries.entries, "entries", onProgress);
  await stores.append(through(deliveries.batches()), onAppended);
}

async function fillPosts({ plan, tools, posts, byAuthor, env }: Filling): Promise<void> {
  const { engine, dataDir, delivery = "push" } = plan;
  const onStored = counter(posts.count, "posts", tools.onProgress);
  await storePosts({ engine, delivery, dataDir, posts, byAuthor, env, onStored });
}

/** The stores as a run will find them, in processes that have just started on them. */
async function probeAll(filling: Filling) {
  const { plan, tools, deliveries, env } = filling;
  const { dataDir, slice, sample, world } = plan;
  const names = ["timeline", "friend", "post"] as const;
  // Pages wait for whatever there is to wait for after a start: else they are read from the posts, and rings not at all.
  const patient = { TIDINGS_LOG_LEVEL: "warn", TIDINGS_TIMELINE_PAGE_WAIT: "15s" };
  const probing = { names, dataDir, slice, env: { ...env, ...patient } };
  await using services = await startServices(probing);
  const work = async () => {
    if (plan.engine === "cql") await ownersReady(services);
    if (isPulled(plan)) await untilPulled(services.addresses("friend"));
    const onViewer = counter(sample, "probes", tools.onProgress);
    const drawn = { sample, seed: world.seed };
    const probes = await probeTimelines(services, filling, drawn, onViewer);
    const inRings = await readGauges(services.metricsUrls("timeline"));
    const held = inRings.get(STORE_GAUGES.entries.name) ?? 0;
    // On cql all that was sent is in rows, and rings have some of it.
    return { probes, entries: plan.engine === "cql" ? deliveries.entries : held };
  };
  // Awaited here: services end when this function does.
  return await Promise.race([work(), services.broken]);
}

function activeIn({ counts }: Viewers): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

function unusableBy(probes: ProbeResult): string | undefined {
  if (faultsOf(probes) === 0) return undefined;
  const { lost, repeated, unknown, wrong, viewers, faultyViewer } = probes;
  return (
    `probes of ${viewers} timelines found ${lost} lost, ${repeated} repeated, ${unknown} unknown and ` +
    `${wrong} wrong posts, first at viewer ${faultyViewer}`
  );
}

function counter(total: number, stage: Stage, onProgress: PrefillTools["onProgress"]) {
  let done = 0;
  return (more: number) => {
    done += more;
    onProgress(stage, done, total);
  };
}
