import { describe, expect, it } from "vitest";
import { quantile } from "../../measure/histogram.ts";
import { intendedTimes } from "../../pacers/arrivals.ts";
import { constant } from "../../pacers/shapes.ts";
import { mdcCapacity, waitsAtMost } from "./mdc-queue.ts";
import { QueueServer } from "./queue-server.ts";
import { simulateWith, stepsAt } from "./simulate.ts";
import { VirtualTime } from "./virtual-time.ts";

const SERVICE = 20_000;

/** Erlang's own formula for one server (1909); its terms alternate, so for short waits only. */
function erlang(perSecond: number, waitMicros: number): number {
  const rate = perSecond / 1e6;
  let sum = 0;
  let factorial = 1;
  for (let i = 0; i * SERVICE <= waitMicros; i++) {
    const u = rate * (waitMicros - i * SERVICE);
    sum += ((-u) ** i / factorial) * Math.exp(u);
    factorial *= i + 1;
  }
  return (1 - rate * SERVICE) * sum;
}

describe("the M/D/c queue", () => {
  it("waits with one worker as Erlang says", () => {
    const within = waitsAtMost({ workers: 1, serviceMicros: SERVICE }, 40);
    for (const wait of [0, 10_000, 20_000, 55_000, 100_000]) {
      expect(within(wait)).toBeCloseTo(erlang(40, wait), 6);
    }
  });

  it("is what the model server is, with several workers", () => {
    const queue = { workers: 3, serviceMicros: SERVICE };
    const perSecond = 120;
    const time = new VirtualTime();
    const times = intendedTimes(constant(perSecond, 2_000), { seed: 4, spread: "poisson" });
    const server = new QueueServer(time, queue).driver();
    const [timeline] = simulateWith(server, time, stepsAt(times)).operations;
    for (const q of [0.5, 0.9, 0.99]) {
      const waited = quantile(timeline.response, q) - SERVICE;
      // Queues forget within about a second here, 1 / (150 (1 - sqrt 0.8)^2): 2,000 s are 2,000 samples.
      const error = 4 * Math.sqrt((q * (1 - q)) / 2_000);
      expect(Math.abs(waitsAtMost(queue, perSecond)(waited) - q)).toBeLessThan(error);
    }
  });

  it("has its capacity where the quantile reaches the limit", () => {
    const queue = { workers: 2, serviceMicros: SERVICE };
    const capacity = mdcCapacity(queue, 0.9, 100_000);
    expect(waitsAtMost(queue, capacity)(80_000)).toBeCloseTo(0.9, 2);
    expect(capacity).toBeLessThan(100);
  });
});

describe("the model server", () => {
  const overloaded = (model: Partial<ConstructorParameters<typeof QueueServer>[1]>) => {
    const time = new VirtualTime();
    const server = new QueueServer(time, { workers: 1, serviceMicros: 100_000, ...model });
    const everyTenth = Array.from({ length: 100 }, (_, i) => i * 50_000);
    const [timeline] = simulateWith(server.driver(), time, stepsAt(everyTenth)).operations;
    return { counts: timeline.counts, server };
  };

  it("drops what nobody waits for, or works on it, by its model", () => {
    const drops = overloaded({});
    const works = overloaded({ finishesAbandoned: true });
    expect(drops.server.idleSinceMicros).toBeLessThan(7_000_000);
    expect(works.server.idleSinceMicros).toBe(10_000_000);
    expect(works.server.busyMicros).toBe(10_000_000);
    expect([drops.server.waiting, works.server.waiting]).toEqual([0, 0]);
  });

  it("refuses beyond its bound, and is slower the more wait, by its model", () => {
    const { counts } = overloaded({ mostWaiting: 3 });
    expect(counts).toMatchObject({ timeout: 0, intended: 100 });
    expect(counts.ok).toBeGreaterThanOrEqual(50);
    expect(counts.failed).toBe(100 - counts.ok);
    const slowed = overloaded({ finishesAbandoned: true, slowdown: (waiting) => 1 + waiting });
    expect(slowed.server.idleSinceMicros).toBeGreaterThan(20_000_000);
  });
});
