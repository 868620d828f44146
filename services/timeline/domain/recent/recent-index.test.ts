import fc from "fast-check";
import { expect, test } from "vitest";
import { pairsOf } from "../../../model/wire/id-pairs.ts";
import type { EntryWindow } from "../../ports.ts";
import { joinHalves } from "../halves.ts";
import { createEntryWindow } from "../page/entry-window.ts";
import { NewestFirst } from "./newest-first.ts";
import { RecentIndex } from "./recent-index.ts";

/** Ids that differ in either half or both, so that no comparison may forget one. */
const idOf = (n: number) => (BigInt(n >> 2) << 32n) | BigInt((n & 3) * 0x5000_0000 + 1);
const AUTHORS = [1n, 2n, 1n << 32n, (1n << 62n) + 5n, 77n];

interface Step {
  readonly author: number;
  readonly post: number;
  readonly isDeleted: boolean;
  readonly isPast: boolean;
}

const steps = fc.array(
  fc.record({
    author: fc.nat(AUTHORS.length - 1),
    post: fc.nat(400),
    isDeleted: fc.boolean(),
    isPast: fc.boolean(),
  }),
  { maxLength: 300 },
);

/** A post has one author, so the same number is another post with another author. */
const postOf = ({ author, post }: Step) => idOf(post * AUTHORS.length + author);

/** Slabs of 4 nodes and room for about `slabs` of them beside the empty table. */
function smallIndex(slabs: number): RecentIndex {
  const tableBytes = new RecentIndex(0).stats().bytes;
  return new RecentIndex(tableBytes + slabs * 56, { slabShift: 2 });
}

function entriesOf(window: EntryWindow): string[] {
  return Array.from({ length: window.count }, (_, i) => {
    const post = joinHalves(window.postHigh[i], window.postLow[i]);
    return `${post} by ${joinHalves(window.authorHigh[i], window.authorLow[i])}`;
  });
}

test("holds every post at or above since, as the naive answer has it", () => {
  const query = fc.record({
    friends: fc.subarray(AUTHORS),
    before: fc.nat(2_100),
    stop: fc.nat(2_100),
    limit: fc.integer({ min: 1, max: 12 }),
    slabs: fc.integer({ min: 2, max: 40 }),
  });
  fc.assert(
    fc.property(steps, query, (history, { friends, before, stop, limit, slabs }) => {
      const index = smallIndex(slabs);
      const naive = new Map<bigint, { author: bigint; isDeleted: boolean }>();
      for (const step of history) {
        const author = AUTHORS[step.author];
        const post = postOf(step);
        index.insert(author, post, step.isDeleted, step.isPast ? "past" : "now");
        const known = naive.get(post);
        naive.set(post, { author, isDeleted: step.isDeleted || known?.isDeleted === true });
      }
      const bound = before === 0 ? 0n : idOf(before);
      const least = index.since > idOf(stop) ? index.since : idOf(stop);
      const newest = new NewestFirst(index, 12);
      newest.start(bound, least, limit);
      newest.offer(pairsOf(friends));
      const window = createEntryWindow(12);
      newest.finish(window);
      const expected = [...naive]
        .filter(
          ([post, { author, isDeleted }]) =>
            !isDeleted && friends.includes(author) && post >= least,
        )
        .filter(([post]) => bound === 0n || post < bound)
        .sort(([a], [b]) => (a > b ? -1 : 1))
        .slice(0, limit)
        .map(([post, { author }]) => `${post} by ${author}`);
      expect(entriesOf(window)).toEqual(expected);
    }),
    { numRuns: 1_500 },
  );
});

test("what makes room is the oldest: since rises to the highest id that went, and memory stays bounded", () => {
  const maxBytes = new RecentIndex(0).stats().bytes + 40_000;
  const index = new RecentIndex(maxBytes, { slabShift: 4 });
  let highest = 0n;
  for (let i = 0; i < 50_000; i++) {
    // New authors all the time: those who post no more must not stay in the table.
    index.insert(BigInt(1 + i), idOf(i), false);
    expect(index.since >= highest).toBe(true);
    highest = index.since;
    expect(index.stats().bytes).toBeLessThan(maxBytes + 4_096);
  }
  const { posts, authors } = index.stats();
  expect(posts).toBeGreaterThan(300);
  expect(authors).toBeLessThan(3 * posts);
  expect(highest).toBeGreaterThan(idOf(45_000));
  index.insert(1n, highest - 1n, false);
  expect(index.stats().posts).toBe(posts);
});

test("the past, read backwards, fills what room there is and no more", () => {
  const maxBytes = new RecentIndex(0).stats().bytes + 20_000;
  const index = new RecentIndex(maxBytes, { slabShift: 4 });
  for (let i = 10_000; i < 10_100; i++) index.insert(7n, idOf(i), false, "now");
  let oldest = 10_000;
  while (!index.isFull) index.insert(8n, idOf(--oldest), false, "past");
  expect(index.since).toBe(idOf(oldest) + 1n);
  // Whatever else is older is ignored; and what happens now still finds room.
  index.insert(9n, idOf(oldest - 1), false, "past");
  for (let i = 10_100; i < 10_200; i++) index.insert(7n, idOf(i), false, "now");
  expect(index.since).toBeGreaterThan(idOf(oldest));
  expect(index.since).toBeLessThan(idOf(10_000));
});

test("an author whose 3,000 posts came within a second is read from any place", () => {
  const index = new RecentIndex(1_000_000);
  for (let i = 0; i < 3_001; i++) index.insert(7n, idOf((i * 1_009) % 3_001), false);
  const newest = new NewestFirst(index, 20);
  const window = createEntryWindow(20);
  newest.start(idOf(1_500), 0n, 20);
  newest.offer(pairsOf([7n]));
  newest.finish(window);
  expect(entriesOf(window)[0]).toBe(`${idOf(1_499)} by 7`);
  expect(window.count).toBe(20);
});

test("authors may be offered in slices, and what is dropped meanwhile is missing below since only", () => {
  const index = smallIndex(18);
  for (let i = 0; i < 60; i++) index.insert(AUTHORS[i % AUTHORS.length], idOf(i + 1), false);
  const newest = new NewestFirst(index, 64);
  const window = createEntryWindow(64);
  newest.start(0n, index.since, 64);
  for (const author of AUTHORS) {
    newest.offer(pairsOf([author]));
    for (let i = 0; i < 8; i++) index.insert(99n, idOf(100 + Number(author % 50n) * 8 + i), false);
  }
  newest.finish(window);
  const ids = entriesOf(window).map((entry) => BigInt(entry.split(" ")[0]));
  const since = index.since;
  expect(since).toBeGreaterThan(idOf(1));
  expect(ids.filter((id) => id >= since)).toEqual(
    Array.from({ length: 60 }, (_, i) => idOf(60 - i)).filter((id) => id >= since),
  );
});
