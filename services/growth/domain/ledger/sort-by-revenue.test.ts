import fc from "fast-check";
import { expect, it } from "vitest";
import { sortByRevenue } from "./sort-by-revenue.ts";

it("sorts by revenue, of equals the lower user first, over all that a revenue may be", () => {
  const revenue = fc.oneof(
    fc.maxSafeNat(),
    fc.nat(3),
    fc.nat({ max: 5 }).map((n) => n * 2 ** 32),
    fc.nat({ max: 5 }).map((n) => 2 ** 32 - 1 + n),
  );
  fc.assert(
    fc.property(fc.array(revenue, { maxLength: 80 }), (revenues) => {
      const byUser = Float64Array.from([0, ...revenues]);
      const users = revenues.map((_, i) => i + 1);
      users.sort((a, b) => byUser[a] - byUser[b] || a - b);
      const sorted = sortByRevenue(byUser, revenues.length);
      expect([...sorted.users]).toEqual(users);
      expect([...sorted.revenues]).toEqual(users.map((user) => byUser[user]));
    }),
  );
});
