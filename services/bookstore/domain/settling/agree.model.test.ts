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
import { isOpening } from "../orders/states.ts";
import { RecordWriter } from "../records/record-writer.ts";
import { replayRecords } from "../records/replay.ts";
import { agree } from "./agree.ts";
import { SharedOrders } from "./shared-orders.ts";

const NOW_MS = 2;
const SHARDS = [0, 1];

/**
 * Every two logs of which one is of an earlier or the same moment, each pair once. Logs only grow: what one was before
 * is what it begins with.
 */
function copies(faults: number, cancels: number): readonly (readonly Buffer[])[] {
  const ends = new Map<string, readonly Buffer[]>();
  const seen = SHARDS.map(() => new Map<string, Buffer>());
  const nameOf = (logs: readonly Buffer[]) => logs.map((log) => log.toString("hex")).join();
  explore(firstWorld(faults, cancels), ({ logs }) => {
    ends.set(nameOf(logs), logs);
    for (const shard of SHARDS) seen[shard].set(logs[shard].toString("hex"), logs[shard]);
  });
  const pairs = new Map<string, readonly Buffer[]>();
  for (const logs of ends.values()) {
    for (const shard of SHARDS) {
      const now = logs[shard];
      for (const earlier of seen[shard].values()) {
        if (!now.subarray(0, earlier.length).equals(earlier)) continue;
        const pair = logs.with(shard, earlier);
        pairs.set(nameOf(pair), pair);
      }
    }
  }
  return [...pairs.values()];
}

function agreed(logs: readonly Buffer[]): readonly Buffer[] {
  const shards = SHARDS.map((shard) => {
    const shared = new SharedOrders({ shard, shardCount: SHARDS.length });
    replayRecords(logs[shard], 0, shared);
    return shared;
  });
  const told = agree(shards, NOW_MS);
  return logs.map((log, shard) => {
    const records = new RecordWriter();
    for (const tell of told.get(shard) ?? []) tell(records);
    return Buffer.concat([log, records.view()]);
  });
}

/** As after a crash of all: nothing is on its way, and homes refuse what they had only opened. */
function restored(logs: readonly Buffer[]): World {
  const world = { logs, memory: [], network: [], faults: 0, cancels: 0 };
  const memory = SHARDS.map((shard) => {
    const { orders } = shardOf(world, shard);
    const refused = orders.count > 0 && isOpening(orders.state(0));
    return { held: false, told: undefined, refused, asked: false };
  });
  return { ...world, memory };
}

/** What is wrong at the ends to which the shards come by themselves. */
function faultsOf(logs: readonly Buffer[]): readonly string[] {
  const found = new Set<string>();
  try {
    explore(restored(logs), (world, isLast) => {
      for (const shard of SHARDS) {
        const book = shardOf(world, shard).books.get(BOOKS[shard]);
        const sum = book && book.available + book.reserved + book.sold;
        if (sum !== COPIES) found.add("a copy is lost or made");
        if (isLast && shardOf(world, shard).unsettled.size > 0) found.add("never settled");
        const [atHome = "returned", elsewhere = "returned"] = positionsOf(world, shard);
        if (isLast && atHome !== elsewhere) found.add(`${atHome} here, ${elsewhere} there`);
      }
    });
  } catch (error) {
    found.add(String(error));
  }
  return [...found];
}

describe("two shards that were copied one after the other", () => {
  it.each([
    ["without a fault", 0, 0],
    ["with a cancellation", 0, 1],
    ["with a fault", 1, 0],
    ["with a cancellation and a fault", 1, 1],
  ])(
    "%s agree on each order, whichever moments they are of",
    { timeout: 120_000 },
    (_, faults, cancels) => {
      const all = copies(faults, cancels);
      expect(all.length).toBeGreaterThan(100);
      const wrong = all.flatMap((logs) => faultsOf(agreed(logs)));
      expect([...new Set(wrong)]).toEqual([]);
      // Left to themselves, some don't: what is tested is needed.
      expect(all.some((logs) => faultsOf(logs).length > 0)).toBe(true);
    },
  );

  it("are told nothing when they are of one moment, and quiet", () => {
    explore(firstWorld(0, 1), (world, isLast) => {
      if (isLast) expect(agreed(world.logs)).toEqual(world.logs);
    });
  });
});
