import { describe, expect, it } from "vitest";
import { explore } from "../../testing/explore-worlds.ts";
import {
  BOOKS,
  COPIES,
  firstWorld,
  positionsOf,
  shardOf,
  type World,
} from "../../testing/settling-model.ts";

function requireNoCopyLostOrMade(world: World): void {
  for (const shard of [0, 1]) {
    const book = shardOf(world, shard).books.get(BOOKS[shard]);
    expect(book && book.available + book.reserved + book.sold).toBe(COPIES);
  }
}

function requireWholeOrders(world: World): void {
  for (const home of [0, 1]) {
    const [atHome, elsewhere] = positionsOf(world, home);
    if (atHome === undefined) expect(elsewhere).toBeUndefined();
    else expect(elsewhere).toBe(atHome);
    expect(atHome).not.toBe("held");
    expect(shardOf(world, home).unsettled.size).toBe(0);
  }
}

describe("two orders for the last copies of the same two books, each at home in another shard", () => {
  it.each([
    ["without a fault", 0, 0],
    ["with two faults", 2, 0],
    ["with a cancellation and a fault", 1, 1],
  ])(
    "%s are never half done, in every order of events",
    { timeout: 120_000 },
    (_, faults, cancels) => {
      let ends = 0;
      const bought = new Set<number>();
      const worlds = explore(firstWorld(faults, cancels), (world, isLast) => {
        requireNoCopyLostOrMade(world);
        if (!isLast) return;
        ends++;
        requireWholeOrders(world);
        bought.add([0, 1].filter((home) => positionsOf(world, home)[0] === "sold").length);
      });
      expect(worlds).toBeGreaterThan(50);
      expect(ends).toBeGreaterThan(0);
      // Nobody ever has both: there is one copy of each. Neither may, when each held what the other wanted.
      expect(Math.max(...bought)).toBe(1);
    },
  );
});
