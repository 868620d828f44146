import { describe, expect, it } from "vitest";
import { PRIORITIES, type Priority } from "../../../services/platform/admission/priority.ts";
import { DEFAULT_RETRY, RetryBudget } from "../../../services/platform/grpc/client/retry.ts";
import { Throttle } from "../../../services/platform/grpc/client/throttle.ts";
import { randomFrom } from "../../../tools/limits/random.ts";
import { load, Outcomes } from "./load.ts";
import { SimulatedServer } from "./server.ts";
import { VirtualTime } from "./virtual-time.ts";

const SEED = 16;
const CPU_MS = 1;
const CAPACITY = 1_000 / CPU_MS;
const DEADLINE_MS = 1_000;

interface Guards {
  readonly isAdmitting?: boolean;
  readonly isThrottled?: boolean;
  /** What a refusal costs, as a part of a call. */
  readonly refusal?: number;
  readonly cpuMs?: number;
}

/** One server under so many times its capacity, in its last half minute. */
function underLoad(times: number, guards: Guards): Outcomes {
  return played([{ times, fromMs: 0 }], guards)(30_000, 59_000);
}

interface Load {
  /** Of the capacity. */
  readonly times: number;
  readonly fromMs: number;
}

/** What came of all loads together, in a stretch of time. */
function played(
  loads: readonly Load[],
  guards: Guards,
): (fromMs: number, toMs: number) => Outcomes {
  const { isAdmitting = true, isThrottled = true, refusal = 0.25, cpuMs = CPU_MS } = guards;
  const time = new VirtualTime();
  const random = randomFrom(SEED);
  const server = new SimulatedServer(time, random, {
    cpuMs,
    refusalMs: cpuMs * refusal,
    isAdmitting,
  });
  const throttle = new Throttle();
  const ask = (ended: (isOk: boolean) => void) => {
    if (isThrottled && !throttle.sends("page", time.nowMs, random())) return ended(false);
    server.call({
      priority: "page",
      answered: (isOk) => {
        throttle.answered("page", isOk);
        ended(isOk);
      },
    });
  };
  const until = { untilMs: 60_000, deadlineMs: DEADLINE_MS };
  const outcomes = loads.map(({ times, fromMs }) =>
    load(time, random, { perSecond: (times * 1_000) / cpuMs, fromMs, ...until }, ask),
  );
  time.runUntil(until.untilMs);
  return (fromMs, toMs) => Outcomes.of(outcomes.map((one) => one(fromMs, toMs)));
}

function peakOf(guards: Guards): Outcomes {
  const loads = [0.8, 0.9, 0.95, 1].map((times) => underLoad(times, guards));
  return loads.reduce((best, one) => (one.good > best.good ? one : best));
}

describe("a server under three times its capacity", () => {
  it("does more than 90% of what it does at its peak, each in less than twice the time", () => {
    const [peak, over] = [peakOf({}), underLoad(3, {})];
    expect(over.good / peak.good).toBeGreaterThan(0.9);
    expect(over.quantileMs(0.99)).toBeLessThan(2 * peak.quantileMs(0.99));
  });

  it("does so from the start, and in good time from two seconds on, whatever a call takes", () => {
    for (const cpuMs of [0.1, 0.7, 5]) {
      const guards = { cpuMs, refusal: 1 / 6 };
      const flood = [
        { times: 0.5, fromMs: 0 },
        { times: 2.5, fromMs: 10_000 },
      ];
      const peak = peakOf(guards);
      const outcomes = played(flood, guards);
      const over = outcomes(10_000, 25_000);
      expect(over.good / 15 / (peak.good / 29)).toBeGreaterThan(0.9);
      expect(outcomes(12_000, 25_000).quantileMs(0.99)).toBeLessThan(2 * peak.quantileMs(0.99));
    }
  });

  it("that serves whoever comes answers nobody in time", () => {
    const open = { isAdmitting: false, isThrottled: false };
    expect(underLoad(3, open).good).toBeLessThan(0.05 * underLoad(0.9, open).good);
  });

  it("whose callers hold nothing back spends on refusals what they cost, and no more", () => {
    const [cheap, dear] = [0.05, 0.25].map((refusal) => {
      const guards = { isThrottled: false, refusal };
      return underLoad(3, guards).good / peakOf(guards).good;
    });
    expect(cheap).toBeGreaterThan(0.85);
    expect(dear).toBeLessThan(cheap);
  });
});

describe("a server whose pages alone are all it can do", () => {
  it("sheds from the least priority on", () => {
    const time = new VirtualTime();
    const random = randomFrom(SEED);
    const shape = { cpuMs: CPU_MS, refusalMs: 0.05 * CPU_MS, isAdmitting: true };
    const server = new SimulatedServer(time, random, shape);
    const asked = { untilMs: 30_000, deadlineMs: DEADLINE_MS };
    const outcomes = PRIORITIES.map((priority: Priority) =>
      load(time, random, { ...asked, perSecond: 0.4 * CAPACITY }, (ended) =>
        server.call({ priority, answered: ended }),
      ),
    );
    time.runUntil(asked.untilMs);
    const parts = outcomes.map((one) => {
      const { good, asked: count } = one(10_000, 29_000);
      return good / count;
    });
    expect(parts[0]).toBeGreaterThan(0.99);
    expect(parts[1]).toBeGreaterThan(0.9);
    expect(parts[3]).toBeLessThan(0.05);
    expect(parts[4]).toBeLessThan(0.05);
    expect(parts).toEqual(parts.toSorted((a, b) => b - a));
  });
});

/** Callers repeat what failed, twice; the server stands still for two seconds. What is answered long after? */
function afterStall({ isGuarded }: { readonly isGuarded: boolean }): number {
  const time = new VirtualTime();
  const random = randomFrom(SEED);
  const server = new SimulatedServer(time, random, {
    cpuMs: CPU_MS,
    refusalMs: CPU_MS / 4,
    isAdmitting: isGuarded,
  });
  const throttle = new Throttle();
  const budget = new RetryBudget(DEFAULT_RETRY);
  const shape = { perSecond: 0.8 * CAPACITY, untilMs: 60_000, deadlineMs: 3 * DEADLINE_MS };
  const attempt = (attempts: number, ended: (isOk: boolean) => void) => {
    let isEnded = false;
    const end = (isOk: boolean) => {
      if (isEnded) return;
      isEnded = true;
      if (isOk) budget.succeeded();
      else budget.failed();
      const isRepeated = !isOk && attempts < 3 && (!isGuarded || budget.allowsRetry);
      if (isRepeated) attempt(attempts + 1, ended);
      else ended(isOk);
    };
    if (isGuarded && !throttle.sends("page", time.nowMs, random())) return end(false);
    time.after(DEADLINE_MS, () => end(false));
    server.call({
      priority: "page",
      answered: (isOk) => {
        throttle.answered("page", isOk);
        end(isOk);
      },
    });
  };
  const outcomes = load(time, random, shape, (ended) => attempt(1, ended));
  time.after(10_000, () => server.stall(2_000));
  time.runUntil(shape.untilMs);
  const { good, asked } = outcomes(30_000, 55_000);
  return good / asked;
}

describe("a retry storm", () => {
  it("ends by itself", () => {
    expect(afterStall({ isGuarded: true })).toBeGreaterThan(0.99);
  });

  it("lasts, where nobody bounds it", () => {
    expect(afterStall({ isGuarded: false })).toBeLessThan(0.2);
  });
});
