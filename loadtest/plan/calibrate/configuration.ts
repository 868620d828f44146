import { measureDeliveries } from "../../../population/measure/deliveries.ts";
import { DAY } from "../../../population/people/audience.ts";
import type { Population } from "../../../population/population.ts";
import type { Delivery } from "../../demand/delivery.ts";
import { friendsPerReader } from "../../demand/friends-per-reader.ts";
import { ownersTouched } from "../../demand/post-audience.ts";
import { meanTextBytes } from "../../demand/text-bytes.ts";
import type { PrefillEngine } from "../../prefill/manifest.ts";
import { batchFill } from "../../scenarios/batch-fill.ts";
import { ownerCount } from "../../scenarios/owner-count.ts";
import type { Scenario } from "../../scenarios/scenario.ts";
import { expectedCalls } from "../../sessions/expected-rates.ts";
import type { Processes } from "../unit-costs.ts";
import type { Load } from "../work.ts";

/** A mesh and what is asked of it: one run of a calibration, or of its check. */
export interface Configuration {
  readonly name: string;
  readonly engine: PrefillEngine;
  readonly delivery: Delivery;
  readonly scenario: Scenario;
  /** Timeline processes. */
  readonly timelines: number;
}

/** Operations that are this work, by the names of sessions, of surges and of mixes. */
export const OPERATIONS = {
  posts: ["post.create", "post.CreatePost", "gateway.post"],
  pages: ["timeline.get", "timeline.GetTimeline", "gateway.page", "refresh.page"],
  batches: ["posts.get", "post.BatchGetPosts", "refresh.posts"],
} as const;

/** Whether a scenario's posts and pages come through the gateway: one of these is a page and its batch. */
export function isOverRest({ load }: Pick<Scenario, "load">): boolean {
  return load.kind === "sessions" && load.via === "rest";
}

const SAMPLED = 4_000;

/** Of each tier, those that are not alone. */
export function processesOf({ scenario, timelines }: Configuration): Processes {
  const { copies = 1 } = scenario;
  const copied = { gateway: copies, post: copies, friend: copies, fanout: copies, ranking: copies };
  return { ...copied, timeline: timelines };
}

/** What a configuration asks for, from its description alone: nothing of it is measured. */
export function loadOf(configuration: Configuration, population: Population): Load {
  const { delivery, scenario, timelines } = configuration;
  const calls = expectedCalls(scenario, population);
  const rate = (names: readonly string[]) =>
    names.reduce((sum, name) => sum + (calls[name] ?? 0), 0);
  const owners = ownerCount(scenario.slice, timelines);
  const pages = rate(OPERATIONS.pages);
  const batches = isOverRest(scenario) ? pages : rate(OPERATIONS.batches);
  const { streams = 0 } = scenario;
  return {
    delivery,
    postsPerSecond: rate(OPERATIONS.posts),
    textBytes: textBytesOf(scenario, population),
    pagesPerSecond: pages,
    batchShare: pages > 0 ? batches / pages : 0,
    postsPerPage: DAY.postsPerPage,
    ...audienceOf(scenario, population, owners),
    friendsPerReader: friendsPerReader(population),
    owners,
    ownersHere: timelines,
    writers: scenario.copies ?? 1,
    restShare: isOverRest(scenario) ? 1 : 0,
    streams,
    // Those who hold them are any of the active.
    watchedShare: streams / population.active.count,
  };
}

/** Of whoever writes: sessions are of those who write more, calls by hand of any active person. */
function audienceOf(scenario: Scenario, population: Population, owners: number) {
  if (scenario.load.kind === "sessions") {
    const { toAllFriends, toActiveFriends } = measureDeliveries(population, SAMPLED);
    const { ownersTouched } = batchFill(population, owners, SAMPLED);
    return { friendsPerPost: toAllFriends, activePerPost: toActiveFriends, ownersTouched };
  }
  const { active } = population;
  const sums = { friends: 0, active: 0, touched: 0 };
  const samples = Math.min(SAMPLED, active.count);
  for (let i = 0; i < samples; i++) {
    const friends = population.friends(active.personAt(Math.floor((i * active.count) / samples)));
    sums.friends += friends.length;
    sums.touched += ownersTouched(friends.length, owners);
    for (const friend of friends) if (active.has(friend)) sums.active++;
  }
  return {
    friendsPerPost: sums.friends / samples,
    activePerPost: sums.active / samples,
    ownersTouched: sums.touched / samples,
  };
}

function textBytesOf({ load }: Scenario, population: Population): number {
  if (load.kind !== "sessions") {
    const texts = load.calls.flatMap(({ message }) => {
      return typeof message.text === "string" ? [Buffer.byteLength(message.text)] : [];
    });
    return texts.reduce((sum, bytes) => sum + bytes, 0) / Math.max(1, texts.length);
  }
  return meanTextBytes(population);
}
