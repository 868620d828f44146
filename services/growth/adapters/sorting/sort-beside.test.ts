import { expect, test } from "vitest";
import { seededRandom } from "../../../platform/storage/log/testing/random.ts";
import { sortByRevenue } from "../../domain/ledger/sort-by-revenue.ts";
import { sortBeside } from "./sort-beside.ts";

test.each([0, 3, 600_000])("%i users are sorted as in this thread", async (count) => {
  const random = seededRandom(3);
  const revenues = Float64Array.from({ length: count + 1 }, () => Math.floor(random() * 2 ** 40));
  const expected = sortByRevenue(Float64Array.from(revenues), count);
  const sorted = await sortBeside(revenues, count);
  expect(Buffer.from(sorted.users.buffer).equals(Buffer.from(expected.users.buffer))).toBe(true);
  expect(sorted.revenues).toEqual(expected.revenues);
});
