import { expect, test } from "vitest";
import { createPopulation, type Population } from "../../population/population.ts";
import { describeTraffic } from "./describe.ts";
import { OPEN, PAGE, POST, SCROLL } from "./stream/steps.ts";
import { createTraffic, type Traffic } from "./traffic.ts";

const DAY = { generator: 0, generators: 1, fromSecond: 0, seconds: 86_400 };
const HOUR_SLOTS = 900;

/** Counts that are Poisson lie within four of their standard deviations. Seeds are fixed. */
function expectPoisson(count: number, mean: number): void {
  expect(Math.abs(count - mean)).toBeLessThan(4 * Math.sqrt(mean));
}

/** Sessions of a whole day by hour and by person. */
function sessionsOf(traffic: Traffic) {
  const hours = new Array<number>(24).fill(0);
  const byPerson = new Map<number, number>();
  for (const { second, count, kind, person } of traffic.stream(DAY)) {
    for (let i = 0; i < count; i++) {
      if (kind[i] !== OPEN) continue;
      hours[Math.trunc(second / 3_600)]++;
      byPerson.set(person[i], (byPerson.get(person[i]) ?? 0) + 1);
    }
  }
  return { hours, byPerson };
}

test("a day of 20,000 users: sessions by hour, people who come, and how often they do", () => {
  const population = createPopulation({ people: 200_000, seed: 2 });
  const traffic = createTraffic(population, { seed: 2 });
  const { audience, curve } = traffic;
  const { hours, byPerson } = sessionsOf(traffic);
  const sessions = hours.reduce((sum, count) => sum + count, 0);
  expectPoisson(sessions, 50_000);
  hours.forEach((count, hour) => {
    const rates = curve.subarray(hour * HOUR_SLOTS, (hour + 1) * HOUR_SLOTS);
    expectPoisson(count, (rates.reduce((sum, rate) => sum + rate, 0) * 50_000) / curve.length);
  });
  let [coming, variance, frequent, ofFrequent, seen] = [0, 0, 0, 0, 0];
  for (let index = 0; index < population.active.count; index++) {
    const rate = audience.sessionsADay(index);
    const came = byPerson.get(population.active.personAt(index)) ?? 0;
    const chance = 1 - Math.exp(-rate);
    coming += chance;
    variance += chance * (1 - chance);
    seen += came;
    if (rate > 5) {
      frequent += rate;
      ofFrequent += came;
    }
  }
  // Nobody comes who is not active.
  expect(seen).toBe(sessions);
  expect(Math.abs(byPerson.size - coming)).toBeLessThan(4 * Math.sqrt(variance));
  expect(Math.abs(coming / 20_000 - 1)).toBeLessThan(0.02);
  expectPoisson(ofFrequent, frequent);
});

test("50 million users at their peak, a 32nd of them: 3 times the mean, in the day's proportions", () => {
  const population = createPopulation({ people: 500_000_000, seed: 1 });
  const traffic = createTraffic(population, { seed: 1 });
  const { peakHourUtc, peakRatio, figures } = describeTraffic(traffic);
  expect(Math.abs(peakRatio / 3 - 1)).toBeLessThan(0.01);
  for (const { here, design } of figures) expect(Math.abs(here / design - 1)).toBeLessThan(0.01);
  const seconds = 300;
  const fromSecond = Math.round(peakHourUtc * 3_600) - seconds / 2;
  const counts = [0, 0, 0, 0];
  for (const { count, kind } of traffic.stream({
    generator: 5,
    generators: 32,
    fromSecond,
    seconds,
  })) {
    for (let i = 0; i < count; i++) counts[kind[i]]++;
  }
  const mean = (3 * 125e6 * seconds) / 86_400 / 32;
  expectPoisson(counts[OPEN], mean);
  expectPoisson(counts[PAGE], mean);
  // Scrolls and posts of a session: 1 on average, and a variance that was measured over many.
  for (const [kind, varianceOfOne] of [
    [SCROLL, 4],
    [POST, 9],
  ]) {
    expect(Math.abs(counts[kind] - mean)).toBeLessThan(4 * Math.sqrt(mean * (1 + varianceOfOne)));
  }
});

test("a small world carries the load of many: the same people, more sessions each", () => {
  const population = createPopulation({ people: 20_000, seed: 5 });
  const traffic = createTraffic(population, { seed: 5, dailyUsers: 100_000 });
  const { figures, dailyUsers, peakHourUtc } = describeTraffic(traffic);
  const [come, posts] = figures;
  expect(dailyUsers).toBe(100_000);
  expect(posts.here / posts.design).toBeCloseTo(1, 6);
  expect(come.here).toBeLessThan(population.active.count);
  const seconds = 3_600;
  const fromSecond = Math.round(peakHourUtc * 3_600) - seconds / 2;
  const slice = { generator: 0, generators: 1, fromSecond, seconds };
  let opened = 0;
  for (const { count, kind, person } of traffic.stream(slice)) {
    for (let i = 0; i < count; i++) {
      if (kind[i] !== OPEN) continue;
      opened++;
      if (!population.active.has(person[i])) throw new Error(`${person[i]} is not active`);
    }
  }
  const share = traffic.curve.filter((_, slot) => {
    const second = slot * 4;
    return second >= fromSecond && second < fromSecond + seconds;
  });
  const mean = share.reduce((sum, rate) => sum + rate, 0) * 4 * (250_000 / 86_400);
  expectPoisson(opened, mean);
});

test.each([0, -1, Number.NaN, 2e12])("a load of %d users a day is refused", (dailyUsers) => {
  const population = createPopulation({ people: 1_000, seed: 5 });
  expect(() => createTraffic(population, { seed: 5, dailyUsers })).toThrow(
    /^daily users: .* is not a number from 1 to [0-9]+, the most for 240 active people$/,
  );
});

test("the load named as too high could not be drawn, and the highest allowed can", () => {
  const population = createPopulation({ people: 1_000, seed: 5 });
  const most = mostUsersOf(population);
  const traffic = createTraffic(population, { seed: 5, dailyUsers: most });
  expect(() => traffic.stream({ ...DAY, seconds: 0 })).not.toThrow();
  expect(() => createTraffic(population, { seed: 5, dailyUsers: most + 1 })).toThrow(RangeError);
});

/** As the refusal says. */
function mostUsersOf(population: Population): number {
  try {
    createTraffic(population, { seed: 5, dailyUsers: 0 });
  } catch (error) {
    return Number(/to (\d+),/.exec(String(error))?.[1]);
  }
  throw new Error("no users at all were accepted");
}
