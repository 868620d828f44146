import { describe, expect, it } from "vitest";
import { measureDeliveries } from "../../population/measure/deliveries.ts";
import { createPopulation } from "../../population/population.ts";
import { batchFill } from "../scenarios/batch-fill.ts";
import { createTraffic } from "../traffic/traffic.ts";
import { demandOf } from "./demand.ts";
import { SESSION_SECONDS } from "./live-streams.ts";
import { friendsPerPost, ownersPerPost, ownersTouched } from "./post-audience.ts";

const population = createPopulation({ people: 200_000, seed: 5 });
const demand = demandOf(population, 1e6);

describe("what daily users ask for", () => {
  it("is what their traffic holds, in its busiest minute", () => {
    const traffic = createTraffic(population, { seed: 1, zones: "home", dailyUsers: 1e6 });
    const peakSlot = traffic.curve.indexOf(traffic.curve.reduce((a, b) => Math.max(a, b)));
    const seconds = 60;
    let steps = 0;
    const fromSecond = peakSlot * 4 - seconds / 2;
    for (const { count } of traffic.stream({ generator: 0, generators: 1, fromSecond, seconds })) {
      steps += count;
    }
    const { sessions, pages, posts } = demand.peak;
    expect(steps / seconds / (sessions + pages + posts)).toBeCloseTo(1, 1);
  });

  it("reaches as many friends, and owners, as a sample of the people does", () => {
    const { audience } = demand;
    const { toAllFriends } = measureDeliveries(population, 4_000);
    expect(friendsPerPost(audience) / toAllFriends).toBeCloseTo(1, 1);
    for (const owners of [4, 20, 64]) {
      const sampled = batchFill(population, owners, 4_000).ownersTouched;
      expect(ownersPerPost(audience, owners) / sampled).toBeCloseTo(1, 1);
    }
  });

  it("has a stream open for each session, as long as it lasts", () => {
    const traffic = createTraffic(population, { seed: 1, zones: "home", dailyUsers: 2e4 });
    // A session's last page is read, too, for which there is no step.
    const reading = 20;
    const spans = new Map<number, { from: number; to: number }>();
    const whole = { generator: 0, generators: 1, fromSecond: 0, seconds: 86_400 };
    for (const batch of traffic.stream(whole)) {
      for (let i = 0; i < batch.count; i++) {
        const span = spans.get(batch.session[i]) ?? { from: batch.second, to: batch.second };
        span.to = batch.second;
        spans.set(batch.session[i], span);
      }
    }
    const lengths = [...spans.values()].map(({ from, to }) => to - from + reading);
    const mean = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
    expect(mean / SESSION_SECONDS).toBeCloseTo(1, 1);
    expect(demand.streams).toBeCloseTo(demand.peak.sessions * SESSION_SECONDS, 6);
  });
});

describe("viewers thrown over owners", () => {
  it("leave owners without any as on real fan-outs: 181 friends over 4, 20 and 64 owners", () => {
    const perOwner = (owners: number) => 181 / ownersTouched(181, owners);
    // Measured over a whole distribution of degrees: 48, 11 and 4.3 (its small lists touch fewer owners).
    expect(perOwner(4)).toBeCloseTo(45.25, 2);
    expect(perOwner(20)).toBeGreaterThan(9);
    expect(perOwner(20)).toBeLessThan(11);
    expect(perOwner(64)).toBeGreaterThan(3);
    expect(perOwner(64)).toBeLessThan(4.3);
    expect(ownersTouched(1, 64)).toBeCloseTo(1, 9);
  });
});
