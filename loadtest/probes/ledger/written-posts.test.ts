import { expect, it } from "vitest";
import { WrittenPosts } from "./written-posts.ts";

it("keeps a bounded sample, as likely of any part of the run, the same for a seed", () => {
  const sampleOf = (seed: number) => {
    const posts = new WrittenPosts(1_000, seed);
    for (let n = 0; n < 50_000; n++) posts.offer(1, BigInt(n), n, n);
    return posts.sample;
  };
  const sample = sampleOf(20_261_121);
  expect(new Set(sample.map(({ postId }) => postId)).size).toBe(1_000);
  const meanMicros = sample.reduce((sum, { ackedMicros }) => sum + ackedMicros, 0) / 1_000;
  expect(Math.abs(meanMicros - 25_000)).toBeLessThan(1_500);
  expect(sampleOf(20_261_121)).toEqual(sample);
});
