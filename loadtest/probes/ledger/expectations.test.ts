import { expect, it } from "vitest";
import { WatchedAuthors } from "../watchers/watched-authors.ts";
import { Expectations } from "./expectations.ts";

/** Author a is watched by watchers 0 to a - 1. */
const FRIENDS = [Int32Array.of(1, 2, 3), Int32Array.of(2, 3), Int32Array.of(3)];
const AUTHORS = new WatchedAuthors(FRIENDS);

function addPosts(expectations: Expectations, count: number): void {
  for (let n = 0; n < count; n++) {
    const author = 1 + (n % 3);
    expectations.add(BigInt(n) * 4_099n, author, AUTHORS.rowOf(author), n);
  }
}

it("know who has seen what", () => {
  const expectations = new Expectations(AUTHORS, 100);
  addPosts(expectations, 3);
  expect([expectations.expected, expectations.awaited]).toEqual([6, 6]);
  expect(expectations.streamed(8_198n, 1)).toBe(true);
  expect(expectations.streamed(8_198n, 1)).toBe(false);
  expect([0, 1, 2].map((watcher) => expectations.wasStreamed(8_198n, watcher))).toEqual([
    false,
    true,
    false,
  ]);
  expect(expectations.awaited).toBe(6);
  const ids = expectations.byWatcher(3).map((posts) => posts.map(({ postId }) => postId));
  expect(ids).toEqual([[0n, 4_099n, 8_198n], [4_099n, 8_198n], [8_198n]]);
});

it("stay within their bound: a sample of what was seen, spread over the run", () => {
  const expectations = new Expectations(AUTHORS, 1_000);
  for (let n = 0; n < 30_000; n++) {
    const author = 1 + (n % 3);
    expect(expectations.add(BigInt(n), author, AUTHORS.rowOf(author), n)).toBe(true);
    for (let watcher = 0; watcher < author; watcher++) {
      expect(expectations.streamed(BigInt(n), watcher)).toBe(true);
    }
  }
  expect([expectations.awaited, expectations.expected]).toEqual([0, 60_000]);
  const byWatcher = expectations.byWatcher(3);
  const [all] = byWatcher;
  expect(byWatcher.flat().length).toBeLessThanOrEqual(1_000);
  expect(all.length).toBeGreaterThan(100);
  expect(all.length + expectations.dropped).toBe(30_000);
  const early = all.filter(({ ackedMicros }) => ackedMicros < 15_000).length;
  expect(early / all.length).toBeGreaterThan(0.2);
  for (const { postId, author } of all) {
    expect(author).toBe(1 + (Number(postId) % 3));
    expect(expectations.find(postId)).toMatchObject({ author, ackedMicros: Number(postId) });
    expect(expectations.wasStreamed(postId, author - 1)).toBe(true);
  }
});

it("that no stream has brought are never let go; above half of the room there are no more", () => {
  const expectations = new Expectations(AUTHORS, 1_000);
  // Watcher 2 sees nothing of author 3; the others see everything.
  for (let n = 0; n < 300; n++) {
    const author = 1 + (n % 3);
    expectations.add(BigInt(n), author, AUTHORS.rowOf(author), n);
    for (let watcher = 0; watcher < Math.min(author, 2); watcher++) {
      expectations.streamed(BigInt(n), watcher);
    }
  }
  expect(expectations.awaited).toBe(300);
  for (let n = 300; n < 10_000; n++) {
    expectations.add(BigInt(n), 1, AUTHORS.rowOf(1), n);
    expectations.streamed(BigInt(n), 0);
  }
  const waiting = expectations.byWatcher(3)[2];
  expect(waiting.filter(({ postId }) => !expectations.wasStreamed(postId, 2))).toHaveLength(100);
  const soFar = expectations.dropped;
  for (let n = 10_000; n < 10_300; n++) expectations.add(BigInt(n), 1, AUTHORS.rowOf(1), n);
  expect([expectations.awaited, expectations.dropped - soFar >= 100]).toEqual([500, true]);
});

it("of one post are taken once", () => {
  const expectations = new Expectations(AUTHORS, 100);
  addPosts(expectations, 3);
  addPosts(expectations, 3);
  expect([expectations.expected, expectations.dropped]).toEqual([6, 0]);
});
