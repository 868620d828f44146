/** Meshes that break a lemma on purpose: the simulation must see it within so many histories. */
import { expect, it } from "vitest";
import { shardOf } from "../../services/model/shards.ts";
import { BROKEN_LEMMAS, EXPIRING } from "./broken-lemmas.ts";
import { LATER_SEEDS } from "./history/steps.ts";
import { moveIndexes, type Telling, VIEWERS } from "./moving-indexes.ts";
import { lostByMoving } from "./moving-shards.ts";
import { simulate, stepsOf } from "./simulate.ts";

const STEPS = 120;
const MAX_SEEDS = 150;
const EXPIRING_SEEDS = 40;
const MOVING_SEEDS = Array.from({ length: 30 }, (_, i) => i + 1);

it.each(Object.keys(BROKEN_LEMMAS))(
  "is seen when broken: %s",
  { timeout: 300_000 },
  async (name) => {
    for (let seed = LATER_SEEDS; seed < LATER_SEEDS + MAX_SEEDS; seed++) {
      const { problem } = await simulate(seed, stepsOf(seed, STEPS), BROKEN_LEMMAS[name]());
      if (problem) return;
    }
    expect.fail(`${MAX_SEEDS} histories showed nothing wrong`);
  },
);

it("keeps its promises on rows that expire", { timeout: 300_000 }, async () => {
  for (let seed = LATER_SEEDS; seed < LATER_SEEDS + EXPIRING_SEEDS; seed++) {
    const { problem } = await simulate(seed, stepsOf(seed, STEPS), EXPIRING);
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
