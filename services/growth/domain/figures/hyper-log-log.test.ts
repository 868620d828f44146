import { expect, test } from "vitest";
import {
  addHash,
  createSketch,
  estimate,
  hashKey,
  mergeSketch,
  standardError,
} from "./hyper-log-log.ts";

const hash = new Uint32Array(2);

function sketchOf(precision: number, from: number, to: number, kind = 0) {
  const sketch = createSketch(precision);
  for (let key = from; key < to; key++) {
    hashKey(key, key >>> 7, kind, hash);
    addHash(sketch, hash);
  }
  return sketch;
}

test.each([0, 1, 2, 10, 100, 1_000, 10_000, 100_000, 1_000_000])(
  "%i keys are counted within three standard errors",
  (count) => {
    for (const precision of [12, 14]) {
      const error = Math.abs(estimate(sketchOf(precision, 1, 1 + count)) - count);
      expect(error).toBeLessThanOrEqual(Math.ceil(3 * standardError(precision) * count));
    }
  },
);

test("over many sketches the error is as stated, and without a bias", () => {
  for (const count of [2_000, 12_000, 40_000]) {
    const errors = Array.from({ length: 60 }, (_, i) => {
      const sketch = sketchOf(12, i * 1_000_000, i * 1_000_000 + count, i);
      return estimate(sketch) / count - 1;
    });
    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    const rms = Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length);
    expect(rms).toBeLessThan(1.3 * standardError(12));
    expect(Math.abs(mean)).toBeLessThan((3 * standardError(12)) / Math.sqrt(errors.length));
  }
});

test("keys that come again change nothing, and a merged sketch is that of all keys", () => {
  const all = sketchOf(12, 1, 30_000);
  const merged = sketchOf(12, 1, 20_000);
  mergeSketch(merged, sketchOf(12, 10_000, 30_000));
  expect(merged.registers).toEqual(all.registers);
});
