import { expect, it } from "vitest";
import { postIdOf, userIdOf } from "../../../model/ids.ts";
import { EVERYONE, PulledTable } from "../../../model/pulled/pulled-table.ts";
import { ManualClock } from "../../../platform/clock/manual-clock.ts";
import type { PulledRows } from "../../ports.ts";
import type { StoredTable } from "./changes.ts";
import { PulledAuthors } from "./pulled-authors.ts";

const POPULAR_FRIENDS = 10;
const author = userIdOf;

function memoryRows(): PulledRows {
  let table: StoredTable = {
    ...{ revision: 0n, version: 0n, validThrough: postIdOf(0n) },
    intervals: [],
  };
  return {
    head: async () => table,
    read: async () => table,
    change: async (seen, { validThrough, interval }) => {
      if (seen.revision !== table.revision) return false;
      const others = table.intervals.filter(
        ({ authorId, since }) => authorId !== interval?.authorId || since !== interval.since,
      );
      table = {
        revision: table.revision + 1n,
        version: table.version + (interval ? 1n : 0n),
        validThrough,
        intervals: interval ? [...others, interval] : others,
      };
      return true;
    },
  };
}

function pulledAuthors() {
  const clock = new ManualClock();
  const fail = (error: unknown) => expect.fail(String(error));
  const options = { popularFriends: POPULAR_FRIENDS, onFailure: fail };
  return { clock, pulled: new PulledAuthors(memoryRows(), clock, options) };
}

it("pulls who was seen with too many friends, from an id ahead of the time", async () => {
  const { pulled } = pulledAuthors();
  const before = await pulled.current();
  pulled.seen([author(1), author(2)], [POPULAR_FRIENDS, POPULAR_FRIENDS + 1]);
  await pulled.settled();
  const { intervals, version } = await pulled.current();
  expect(version).toBe(1n);
  expect(intervals).toEqual([
    { authorId: 2n, since: before.validThrough, until: undefined, cause: "popular" },
  ]);
});

it("pushes again who has lost a fifth of it, and nobody who was asked for", async () => {
  const { pulled } = pulledAuthors();
  pulled.seen([author(1), author(2)], [11, 11]);
  await pulled.settled();
  await pulled.setPulled(author(3), true, "asked");
  const counts = new Map([
    [1n, 8],
    [2n, 7],
    [3n, 0],
  ]);
  await pulled.closeFallen({ counts: async (users) => users.map((user) => counts.get(user) ?? 0) });
  const table = new PulledTable(await pulled.current());
  const isOpen = (id: number) => table.of(BigInt(id)).some(({ until }) => until === undefined);
  expect([1, 2, 3].map(isOpen)).toEqual([true, false, true]);
});

it("has everybody pulled from one post on to another", async () => {
  const { clock, pulled } = pulledAuthors();
  const { validThrough: since } = await pulled.current();
  await pulled.setPulled(EVERYONE, true, "asked");
  await pulled.setPulled(EVERYONE, true, "asked");
  await clock.advance(60_000);
  const { validThrough: until } = await pulled.current();
  await pulled.setPulled(EVERYONE, false, "asked");
  await clock.advance(60_000);
  const table = new PulledTable(await pulled.current());
  const delivery = (id: bigint) => table.deliveryOf(postIdOf(id), author(9));
  expect(table.everyone).toHaveLength(1);
  expect([since - 1n, since, until - 1n, until].map(delivery)).toEqual([
    "push",
    "pull",
    "pull",
    "push",
  ]);
  expect(delivery(table.validThrough)).toBe("unknown");
});
