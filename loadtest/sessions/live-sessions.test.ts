import { expect, it } from "vitest";
import { present } from "../../services/model/invariant.ts";
import { createTraffic } from "../traffic/traffic.ts";
import { FORGET_SECONDS, LiveSessions } from "./live-sessions.ts";
import { population, SEED } from "./testing/plan-for.ts";

it("keeps the share it is told of, decided once a session", () => {
  const sessions = new LiveSessions(SEED);
  let kept = 0;
  for (let n = 0; n < 20_000; n++) {
    const live = sessions.of(1 + (n % 500), n << 9, 0.3);
    if (live) kept++;
    // Whatever the share is later, it stays as it was.
    expect(sessions.of(1 + (n % 500), n << 9, live ? 0 : 1)).toBe(live);
  }
  // Binomial: four standard deviations of 20,000 x 0.3 x 0.7.
  expect(Math.abs(kept - 6_000)).toBeLessThan(4 * Math.sqrt(20_000 * 0.3 * 0.7));
});

it("keeps of fewer those that it keeps of more", () => {
  const kept = (share: number) => {
    const sessions = new LiveSessions(SEED);
    return Array.from({ length: 2_000 }, (_, n) => n).filter((n) => sessions.of(9, n << 9, share));
  };
  const many = new Set(kept(0.6));
  expect(kept(0.2).every((n) => many.has(n))).toBe(true);
});

it("numbers the sessions that live so that none is 0 and no two are the same", () => {
  const sessions = new LiveSessions(SEED);
  const numbers = [1, 2, 2 ** 31 - 1].flatMap((person) =>
    [0, 512, 2 ** 31 - 512].map((session) => present(sessions.of(person, session, 1)).number),
  );
  expect(new Set(numbers).size).toBe(9);
  expect(numbers.every((number) => number > 0 && Number.isSafeInteger(number))).toBe(true);
});

it("forgets who was idle, and nobody else", () => {
  const sessions = new LiveSessions(SEED);
  const busy = present(sessions.of(1, 0, 1));
  for (let second = 0; second < 5 * FORGET_SECONDS; second++) {
    sessions.at(second);
    sessions.of(2, second << 9, 1);
    if (second % (FORGET_SECONDS - 1) === 0) expect(sessions.of(1, 0, 1)).toBe(busy);
    expect(sessions.size).toBeLessThanOrEqual(2 * FORGET_SECONDS + 2);
  }
  expect(sessions.of(2, 0, 0)).toBeUndefined();
});

it("remembers for longer than anyone waits between two steps", () => {
  const traffic = createTraffic(population, { seed: SEED, dailyUsers: 400_000 });
  const slice = { generator: 0, generators: 1, fromSecond: 90_000, seconds: 1_500 };
  const last = new Map<string, number>();
  let longest = 0;
  let gaps = 0;
  for (const { second, count, person, session } of traffic.stream(slice)) {
    for (let i = 0; i < count; i++) {
      const name = `${person[i]} ${session[i]}`;
      const before = last.get(name);
      if (before !== undefined) {
        gaps++;
        longest = Math.max(longest, second - before);
      }
      last.set(name, second);
    }
  }
  // The longest of 4,096 equally likely: among so many each was met.
  expect(gaps).toBeGreaterThan(50_000);
  expect(longest).toBeLessThan(FORGET_SECONDS);
  expect(longest).toBeGreaterThan(FORGET_SECONDS / 2);
});
