import { expect, test } from "vitest";
import { present } from "../../../services/model/invariant.ts";
import { Arrivals } from "./arrivals.ts";
import type { Distribution } from "./distribution.ts";
import { EventQueue } from "./event-queue.ts";
import { GroupCommits } from "./group-commit.ts";
import { LagHistogram } from "./lag-histogram.ts";
import { MessageRing } from "./message-ring.ts";
import { Random } from "./random.ts";
import { Sampler } from "./sampler.ts";
import { Stalls } from "./stalls.ts";

const offPercent = (actual: number, wanted: number) => 100 * Math.abs(actual / wanted - 1);

test("events come by time, and at one time in the order of adding", () => {
  const queue = new EventQueue();
  const random = new Random(3, 1);
  const times: number[] = [];
  const takeOne = () => {
    queue.take();
    times.push(queue.time * 1e6 + queue.value);
  };
  // Grows far beyond its first capacity, with few different times, then comes and goes.
  for (let i = 0; i < 5_000; i++) queue.add(Math.floor(random.unit() * 50), i & 31, i, i);
  while (queue.size > 100) takeOne();
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  for (let i = 0; i < 2_000; i++) {
    queue.add(queue.time + Math.floor(random.unit() * 9), 31, 5, 5_000 + i);
    takeOne();
    expect(queue.kind).toBeLessThanOrEqual(31);
  }
  while (queue.size > 0) takeOne();
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(queue.take()).toBe(false);
});

test("random streams of one seed differ, and repeat", () => {
  const of = (seed: number, stream: number) => {
    const random = new Random(seed, stream);
    return Array.from({ length: 8 }, () => random.bits());
  };
  expect(of(1, 1)).toEqual(of(1, 1));
  expect(of(1, 1)).not.toEqual(of(1, 2));
  expect(of(1, 1)).not.toEqual(of(2, 1));
  const random = new Random(7, 7);
  const hits = new Float64Array(16);
  for (let i = 0; i < 160_000; i++) hits[random.bits() >>> 28]++;
  for (const count of hits) expect(offPercent(count, 10_000)).toBeLessThan(4);
});

const MEASURED = {
  kind: "quantiles",
  points: [
    [0.5, 100],
    [0.99, 1_000],
    [1, 8_000],
  ],
} as const;

test.each<[Distribution, number, number]>([
  [{ kind: "constant", mean: 50 }, 50, 2_500],
  [{ kind: "exponential", mean: 50 }, 50, 5_000],
  [{ kind: "lognormal", mean: 50, sigma: 1 }, 50, 2_500 * Math.E],
])("draws have the moments of %j", (distribution, mean, square) => {
  const sampler = new Sampler(distribution, new Random(11, 1));
  // Every 512th of all 32-bit values, and so no chance in it.
  let [sum, squares] = [0, 0];
  const draws = 2 ** 23;
  for (let i = 0; i < draws; i++) {
    const value = sampler.valueFor((i << 9) | 0x1ff);
    sum += value;
    squares += value * value;
  }
  expect(offPercent(sum / draws, mean)).toBeLessThan(0.5);
  expect(offPercent(squares / draws, square)).toBeLessThan(1);
});

test("measured quantiles come out as they went in", () => {
  const sampler = new Sampler(MEASURED, new Random(11, 1));
  const drawn = Float64Array.from({ length: 200_000 }, () => sampler.draw()).sort();
  expect(offPercent(drawn[100_000], 100)).toBeLessThan(1);
  expect(offPercent(drawn[198_000], 1_000)).toBeLessThan(4);
  expect(drawn.at(-1)).toBeLessThanOrEqual(8_000);
});

test("arrivals follow the rate of their slot, and a second stream is the same", () => {
  const rates = { perMicro: Float64Array.of(0.001, 0, 0.004), slotMicros: 1e6 };
  const stream = () => new Arrivals(rates, { fromMicros: 0.5e6, untilMicros: 300.5e6 }, 5, 1);
  const arrivals = stream();
  const counts = [0, 0, 0];
  while (arrivals.next < Number.POSITIVE_INFINITY) {
    counts[Math.floor(arrivals.next / 1e6) % 3]++;
    arrivals.advance();
  }
  // 100 s of each: four standard errors.
  expect(Math.abs(counts[0] - 100_000)).toBeLessThan(4 * Math.sqrt(100_000));
  expect(counts[1]).toBe(0);
  expect(Math.abs(counts[2] - 400_000)).toBeLessThan(4 * Math.sqrt(400_000));
  expect(stream().countUpTo(301e6)).toBe(arrivals.count);
});

test("stalls stop or slow work that they meet, the same for all who ask", () => {
  const micros = { kind: "constant", mean: 1e5 } as const;
  const stops = new Stalls([{ everySeconds: 1, micros, slowdown: null }], 2, 9);
  // A tenth of the time: what is asked to work a second at a time takes 1.1.
  let [end, longest] = [0, 0];
  for (let i = 0; i < 1_000; i++) {
    const next = stops.end(0, end, 1e4);
    longest = Math.max(longest, next - end);
    end = next;
  }
  expect(offPercent(end, 1e7 / 0.9)).toBeLessThan(3);
  expect(longest).toBeCloseTo(1e5 + 1e4, 3);
  const asked = [3.2e6, 0.1e6, 3.2e6].map((at) => stops.end(1, at, 2e6));
  expect(asked[2]).toBe(asked[0]);
  const slow = new Stalls([{ everySeconds: 1, micros, slowdown: 2 }], 1, 9);
  // 20 periods, each with 100 ms in which half is done.
  expect(slow.end(0, 0, 19e6)).toBeCloseTo(20e6, -5.2);
  expect(slow.end(0, 0, 19e6)).toBeLessThanOrEqual(20.05e6);
});

test("group commit: one sync for all that comes before it begins; a full group is followed by another", () => {
  const commits = new GroupCommits(1, 100, (_, start) => start + 10);
  const ends = [0, 1, 9, 10, 12, 40].map((at) => commits.commit(0, at, 50));
  // 0 to 10; then those of 1 and 9 fill 10 to 20, and 10 goes after it with 12.
  expect(ends).toEqual([10, 20, 20, 30, 30, 50]);
  expect(commits.groups).toBe(4);
});

test("lags are kept to 0.4%, by weight, and go into the toolkit's histogram", () => {
  const lags = new LagHistogram();
  expect(lags.quantile(0.5)).toBeUndefined();
  for (let i = 1; i <= 100_000; i++) lags.record(i * 37, i <= 50_000 ? 1 : 3);
  expect(offPercent(present(lags.quantile(0.25)), 50_000 * 37)).toBeLessThan(0.5);
  expect(offPercent(present(lags.quantile(0.5)), 66_667 * 37)).toBeLessThan(0.5);
  expect(lags.max).toBe(3_700_000);
  const more = new LagHistogram();
  more.record(5 * 3_600e6, 200_000);
  more.add(lags);
  expect(offPercent(present(more.quantile(0.9)), 5 * 3_600e6)).toBeLessThan(0.5);
  const histogram = more.toHistogram();
  expect(histogram.totalCount).toBe(400_000);
  expect(offPercent(histogram.getValueAtPercentile(25), 66_667 * 37)).toBeLessThan(0.6);
});

test("messages leave a ring as they came, also while it grows", () => {
  const ring = new MessageRing();
  const other = new MessageRing();
  let next = 0;
  let pushed = 0;
  for (let round = 0; round < 200; round++) {
    for (let i = 0; i < 11; i++) ring.push(pushed + 0.5, pushed, pushed++ & 255);
    ring.moveTo(other, 4);
    while (other.size > 0) {
      other.shift();
      expect([other.at, other.friends, other.flags]).toEqual([next + 0.5, next, next++ & 255]);
    }
  }
  expect(ring.size).toBe(200 * 7);
});
