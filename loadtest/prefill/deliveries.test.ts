import { expect, test } from "vitest";
import { createPopulation } from "../../population/population.ts";
import { shardOf } from "../../services/model/shards.ts";
import { idsOf } from "../../services/model/wire/id-pairs.ts";
import { planDeliveries } from "./deliveries.ts";
import { makePastPosts, postsByAuthor } from "./past-posts.ts";
import { viewersOf } from "./viewers.ts";

const PEOPLE = 2_000;
const population = createPopulation({ people: PEOPLE, seed: 5 });
const endMs = Date.UTC(2026, 4, 3);
const posts = makePastPosts(population, { days: 4, endMs, seed: 5 }, () => {});
const byAuthor = postsByAuthor(posts, PEOPLE);
const viewers = viewersOf(population, { owners: 3, timelines: 2 });

/** By viewer: what is sent to them, in the order sent. */
function sentTo(ringEntries: number | "all") {
  const plan = planDeliveries({ population, posts, byAuthor, viewers, ringEntries });
  const sent = new Map<number, bigint[]>();
  let entries = 0;
  for (const { process, batch, entries: claimed } of plan.batches()) {
    const before = entries;
    for (const { postId, authorId, viewers: pairs } of batch.appends) {
      for (const id of idsOf(pairs)) {
        expect(viewers.processOf[Number(id)]).toBe(process + 1);
        expect(population.areFriends(Number(id), Number(authorId))).toBe(true);
        sent.set(Number(id), [...(sent.get(Number(id)) ?? []), postId]);
        entries++;
      }
    }
    expect(entries - before).toBe(claimed);
  }
  expect(entries).toBe(plan.entries);
  return sent;
}

/** By viewer: the posts of all of their friends, oldest first. */
function naive(): Map<number, bigint[]> {
  const all = new Map<number, bigint[]>();
  for (let viewer = 1; viewer <= PEOPLE; viewer++) {
    if (viewers.processOf[viewer] === 0) continue;
    const own = [...population.friends(viewer)].flatMap((friend) => [
      ...byAuthor.order.subarray(byAuthor.start[friend], byAuthor.start[friend + 1]),
    ]);
    if (own.length > 0) all.set(viewer, own.sort((a, b) => a - b).map(posts.id));
  }
  return all;
}

test("viewers are the active people of the first owners, by their shards", () => {
  for (let person = 1; person <= PEOPLE; person++) {
    const owner = shardOf(BigInt(person)) % 3;
    const isHere = population.active.has(person) && owner < 2;
    expect(viewers.processOf[person]).toBe(isHere ? owner + 1 : 0);
  }
  const here = viewers.processOf.filter((process) => process > 0).length;
  expect(viewers.counts[0] + viewers.counts[1]).toBe(here);
});

test("all deliveries are those of the naive answer, in the order of the posts", () => {
  expect(sentTo("all")).toEqual(naive());
});

test("with rings, each viewer gets the newest, at least one more than the ring holds", () => {
  const sent = sentTo(130);
  const lengths = new Set<number>();
  for (const [viewer, expected] of naive()) {
    const got = sent.get(viewer) ?? [];
    expect(got).toEqual(expected.slice(-got.length));
    if (got.length < expected.length) {
      lengths.add(got.length);
      expect(got.length).toBeGreaterThan(130);
      expect(got.length).toBeLessThanOrEqual(161);
    }
  }
  // Full rings are not all equally full, and some are not full.
  expect(lengths.size).toBeGreaterThan(10);
  expect(sent.size).toBe(naive().size);
});

test.each([
  [{ owners: 1, timelines: 2 }],
  [{ owners: 5_000, timelines: 1 }],
  [{ owners: 30, timelines: 21 }],
])("%j is no slice", (slice) => {
  expect(() => viewersOf(population, slice)).toThrow(
    /timeline processes of .* owners: give 1 to 20/,
  );
});
