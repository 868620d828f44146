import { expect, it } from "vitest";
import { KnownEntries } from "./known-entries.ts";

const ids = (missed: readonly { readonly postId: bigint }[]) => missed.map(({ postId }) => postId);
const ALL = { lowest: 0n, below: undefined };

it("are missed from when they are due, or from when they were shown", () => {
  const known = new KnownEntries();
  known.acknowledged(5n, 1_000);
  known.shown(7n, 400);
  known.acknowledged(7n, 1_200);
  expect(known.missing(new Set(), ALL, 400)).toEqual([]);
  expect(known.missing(new Set(), ALL, 401)).toEqual([{ postId: 7n, wasShown: true }]);
  expect(ids(known.missing(new Set(), ALL, 999))).toEqual([7n]);
  expect(known.missing(new Set([7n]), ALL, 1_000)).toEqual([{ postId: 5n, wasShown: false }]);
});

it("are missed from pages that speak of them only", () => {
  const known = new KnownEntries();
  for (const id of [3n, 9n, 6n, 1n]) known.acknowledged(id, 0);
  expect(ids(known.missing(new Set(), { lowest: 6n, below: undefined }, 1))).toEqual([9n, 6n]);
  expect(ids(known.missing(new Set(), { lowest: 2n, below: 6n }, 1))).toEqual([3n]);
  expect(ids(known.missing(new Set([9n, 6n, 3n]), ALL, 1))).toEqual([1n]);
});

it("are the newest, whatever the order they come in", () => {
  const known = new KnownEntries();
  for (let id = 1n; id <= 1_000n; id++) known.acknowledged((id * 377n) % 1_009n, 0);
  const missed = ids(known.missing(new Set(), ALL, 1));
  expect(missed).toEqual(missed.toSorted((a, b) => (a > b ? -1 : 1)));
  expect([missed.length, missed[0]]).toEqual([256, 1_008n]);
});
