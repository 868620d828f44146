import { expect, test } from "vitest";
import { createGraph } from "../graph/graph.ts";
import { DAILY_SHARE } from "./activity.ts";
import { createAudience, DAY } from "./audience.ts";
import { CELLS, cellSize, zonesOfCells } from "./cells.ts";
import { createFrequencies, SHARES } from "./frequency.ts";

test("frequencies have their mean, and as many come on a day as asked", () => {
  const { sessionsADay, shareFor } = createFrequencies(2, 0.4);
  const mean = sessionsADay.reduce((sum, rate) => sum + rate, 0) / SHARES;
  const coming = 1 - sessionsADay.reduce((sum, rate) => sum + Math.exp(-rate), 0) / SHARES;
  expect(mean).toBeCloseTo(2, 6);
  expect(coming).toBeCloseTo(0.4, 6);
  // Every 1,024th of all 32-bit values: the chances of the shares, exact to the rounding of the table.
  const hits = new Float64Array(SHARES);
  for (let i = 0; i < 2 ** 22; i++) hits[shareFor(i << 10)]++;
  for (const share of [0, 1, 1_000, 2_048, 4_000, SHARES - 1]) {
    const chance = sessionsADay[share] / (mean * SHARES);
    expect(Math.abs(hits[share] / 2 ** 22 - chance)).toBeLessThan(0.02 * chance + 1e-6);
  }
});

test("cells hold all the active, and each zone its share of every generator's cells", () => {
  const sizes = Array.from({ length: CELLS }, (_, cell) => cellSize(12_345, cell));
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(12_345);
  const zoneOf = zonesOfCells([{ weight: 3 }, { weight: 1 }]);
  for (const generators of [1, 4, 7]) {
    const own = [...zoneOf].filter((_, cell) => cell % generators === 0);
    const share = own.filter((zone) => zone === 0).length / own.length;
    expect(Math.abs(share - 0.75)).toBeLessThan(0.02);
  }
});

test("everyone's sessions add up to those of the daily users", () => {
  const audience = createAudience(createGraph({ people: 100_000, seed: 3 }), 3);
  let sum = 0;
  for (let i = 0; i < audience.ranks.count; i++) sum += audience.sessionsADay(i);
  expect(sum / (100_000 * DAILY_SHARE * DAY.sessions)).toBeCloseTo(1, 3);
});
