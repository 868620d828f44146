/** Meshes that break a lemma on purpose: the simulation must see it within so many histories. */
import { expect, it } from "vitest";
import { shardOf } from "../../services/model/shards.ts";
import { BROKEN_LEMMAS, EXPIRING } from "./broken-lemmas.ts";
import { BROKEN_STREAMS } from "./broken-streams.ts";
import { DYING_SEEDS, drawSteps, LATER_SEEDS, WATCHING_SEEDS } from "./history/steps.ts";
import { moveIndexes, type Telling, VIEWERS } from "./moving-indexes.ts";
import { lostByMoving } from "./moving-shards.ts";
import { simulate } from "./simulate.ts";

const STEPS = 120;
const MAX_SEEDS = 150;
const EXPIRING_SEEDS = 40;
const MOVING_SEEDS = Array.from({ length: 30 }, (_, i) => i + 1);

/**
 * The histories, counted from LATER_SEEDS, in which some were seen last: they are lived first. Where steps have changed
 * since, the others are lived in their order, as for the rest.
 */
const SEEN_LAST: Readonly<Record<string, number>> = {
  "L1: what is published is in the post log": 26,
  "L1: what is published is whole, also after a write of unknown outcome": 5,
  "no id is stamped below what is stored": 3,
  "L2: a fill waits for the heads of the log": 3,
  "L2: Activate is durable before friends and posts are read": 21,
  "a cold slice hears of what is deleted": 109,
  "L4: push or pull is a function of the post id": 7,
  "L4: an interval ends above what is settled": 5,
  "L4: a switch of delivery is an interval": 12,
  "a post that is given up is pulled by its readers": 5,
  "each post is shown once, however often it arrives": 5,
  "a folder knows how many owners there were": 43,
};

/** What shows only where owners die after they were told is looked for there. */
const OF_DYING_OWNERS: ReadonlySet<string> = new Set([
  "who takes over an owner hears which edges have changed lately",
  "an owner asks which changes it was not told of",
  "an owner that cannot ask says so",
]);

function seedsFor(name: string): readonly number[] {
  const first = SEEN_LAST[name] ?? 0;
  const others = Array.from({ length: MAX_SEEDS }, (_, i) => i).filter((i) => i !== first);
  const from = OF_DYING_OWNERS.has(name) ? DYING_SEEDS : LATER_SEEDS;
  return [first, ...others].map((i) => from + i);
}

it.each(Object.keys(BROKEN_LEMMAS))(
  "is seen when broken: %s",
  { timeout: 300_000 },
  async (name) => {
    for (const seed of seedsFor(name)) {
      const { problem } = await simulate(seed, drawSteps(seed, STEPS), BROKEN_LEMMAS[name]());
      if (problem) return;
    }
    expect.fail(`${MAX_SEEDS} histories showed nothing wrong`);
  },
);

it.each(Object.keys(BROKEN_STREAMS))(
  "is seen when broken by who follows live or counts: %s",
  { timeout: 300_000 },
  async (name) => {
    for (let seed = WATCHING_SEEDS; seed < WATCHING_SEEDS + MAX_SEEDS; seed++) {
      const { problem } = await simulate(seed, drawSteps(seed, STEPS), BROKEN_STREAMS[name]());
      if (problem) return;
    }
    expect.fail(`${MAX_SEEDS} histories showed nothing wrong`);
  },
);

it("keeps its promises on rows that expire", { timeout: 300_000 }, async () => {
  for (let seed = LATER_SEEDS; seed < LATER_SEEDS + EXPIRING_SEEDS; seed++) {
    const { problem } = await simulate(seed, drawSteps(seed, STEPS), EXPIRING);
    expect([seed, problem]).toEqual([seed, undefined]);
  }
});

it("L3: loses nothing while shards move", async () => {
  for (const seed of MOVING_SEEDS) expect([seed, await lostByMoving(seed)]).toEqual([seed, 0]);
});

it("is seen when broken: L3: one owner per viewer, its lease checked ahead of the answer", async () => {
  let lost = 0;
  for (const seed of MOVING_SEEDS) {
    lost += await lostByMoving(seed, (ownership) => ({ ...ownership, term: () => 1 }));
  }
  expect(lost).toBeGreaterThan(0);
});

const INDEX_SEEDS = MOVING_SEEDS.slice(0, 12);
const TOLD: Telling = { between: (index, shard) => index.took([shard]) };

it("shows again what was shown before a shard moved, and waits for the log for nobody else", async () => {
  let behind = 0;
  let whole = 0;
  for (const seed of INDEX_SEEDS) {
    const moved = await moveIndexes(seed, TOLD);
    expect({ seed, ...moved }).toMatchObject({ holed: 0, needless: 0 });
    behind += moved.behind;
    whole += moved.whole;
  }
  expect(behind).toBeGreaterThan(0);
  expect(whole).toBeGreaterThan(behind);
});

it.each<[string, Telling]>([
  ["nobody is told", {}],
  ["another shard is waited for", { between: (index, shard) => index.took([shard + 1]) }],
  ["the last owner still serves", { before: (index, shard) => index.took([shard]) }],
])("is seen when broken: an index catches up with the last owner's (%s)", async (_, telling) => {
  let holed = 0;
  for (const seed of INDEX_SEEDS) holed += (await moveIndexes(seed, telling)).holed;
  expect(holed).toBeGreaterThan(0);
});

it("is seen when broken: who had their shard all along waits for nobody", async () => {
  const everyone = VIEWERS.map(shardOf);
  let needless = 0;
  for (const seed of INDEX_SEEDS) {
    needless += (await moveIndexes(seed, { between: (index) => index.took(everyone) })).needless;
  }
  expect(needless).toBeGreaterThan(0);
});
