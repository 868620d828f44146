/** Meshes that break a lemma on purpose: the simulation must see it within so many histories. */
import { expect, it } from "vitest";
import { BROKEN_LEMMAS } from "./broken-lemmas.ts";
import { lostByMoving } from "./moving-shards.ts";
import { simulate, stepsOf } from "./simulate.ts";

const STEPS = 120;
const MAX_SEEDS = 150;
const MOVING_SEEDS = Array.from({ length: 30 }, (_, i) => i + 1);

it.each(Object.keys(BROKEN_LEMMAS))(
  "is seen when broken: %s",
  { timeout: 120_000 },
  async (name) => {
    for (let seed = 1; seed <= MAX_SEEDS; seed++) {
      const { problem } = await simulate(seed, stepsOf(seed, STEPS), BROKEN_LEMMAS[name]());
      if (problem) return;
    }
    expect.fail(`${MAX_SEEDS} histories showed nothing wrong`);
  },
);

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
