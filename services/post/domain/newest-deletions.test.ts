import { expect, it } from "vitest";
import { NewestDeletions } from "./newest-deletions.ts";

const deleted = (...posts: bigint[]) =>
  posts.map((postId) => ({ postId, authorId: 1n, deleted: true }));
const CREATED = [{ postId: 9n, authorId: 1n, deleted: false }];

it("tells of the deletions in the newest rows, and from which row on these are all", () => {
  const newest = new NewestDeletions({ rows: 3, posts: 9 });
  expect(newest.with(1, CREATED)).toEqual({ since: 0, posts: [] });
  expect(newest.with(2, [...CREATED, ...deleted(5n)])).toEqual({ since: 0, posts: [5n] });
  expect(newest.with(3, deleted(6n, 7n))).toEqual({ since: 0, posts: [5n, 6n, 7n] });
  expect(newest.with(4, CREATED)).toEqual({ since: 1, posts: [5n, 6n, 7n] });
  expect(newest.with(5, CREATED)).toEqual({ since: 2, posts: [6n, 7n] });
  expect(newest.with(6, CREATED)).toEqual({ since: 3, posts: [] });
});

it("forgets whole rows where it has no room, and claims them no longer", () => {
  const newest = new NewestDeletions({ rows: 99, posts: 3 });
  newest.with(1, deleted(1n));
  newest.with(2, deleted(2n, 3n));
  expect(newest.with(3, deleted(4n))).toEqual({ since: 1, posts: [2n, 3n, 4n] });
  expect(newest.with(4, deleted(5n))).toEqual({ since: 2, posts: [4n, 5n] });
  expect(newest.with(5, deleted(6n, 7n, 8n, 9n))).toEqual({ since: 5, posts: [] });
  expect(newest.with(6, deleted(6n))).toEqual({ since: 5, posts: [6n] });
});
