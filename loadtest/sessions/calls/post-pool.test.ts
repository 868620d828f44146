import { expect, test } from "vitest";
import { mix } from "../../../population/hash.ts";
import { PostPool } from "./post-pool.ts";

test("a pool has the newest posts, and gives newer ones more often", () => {
  const pool = new PostPool();
  expect(pool.pick(5)).toBeUndefined();
  pool.add({ author: 1, postId: 7n });
  expect(pool.pick(-1)).toEqual({ author: 1, postId: 7n });
  for (let i = 0; i < 25_000; i++) pool.add({ author: 2, postId: BigInt(i) });
  const ages = Array.from({ length: 4_000 }, (_, i) => {
    const picked = pool.pick(mix(i));
    return 24_999 - Number(picked?.postId);
  });
  expect(Math.max(...ages)).toBeLessThan(10_000);
  expect(Math.min(...ages)).toBeGreaterThanOrEqual(0);
  const young = ages.filter((age) => age < 10_000 / 8).length / ages.length;
  expect(young).toBeGreaterThan(0.45);
  expect(young).toBeLessThan(0.55);
});
