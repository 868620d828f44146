import { expect, test } from "vitest";
import { present } from "../../../services/model/invariant.ts";
import { simulateStation } from "./testing/station.ts";

/**
 * Against what queueing theory says, within 2%: about four standard errors or more with so many
 * customers. Twelve other seeds, with half as many, spread by 0.4% (mean wait of M/M/1), 0.6% (its
 * 99th percentile), 0.5% (lognormal M/G/1) and 0.7% (M/M/c), which is 1.4 times what it is here.
 */
const CUSTOMERS = 5_000_000;
const SEED = 1;
const MEAN = 100;

const offPercent = (actual: number, wanted: number) => 100 * Math.abs(actual / wanted - 1);

test("M/M/1: mean wait and its 99th percentile, and Little's law", () => {
  const load = 0.5;
  const service = { kind: "exponential", mean: MEAN } as const;
  const station = simulateStation({ rate: load / MEAN, service, customers: CUSTOMERS, seed: SEED });
  expect(offPercent(station.meanWait, (load * MEAN) / (1 - load))).toBeLessThan(2);
  const p99 = (MEAN * Math.log(load / 0.01)) / (1 - load);
  expect(offPercent(present(station.waits.quantile(0.99)), p99)).toBeLessThan(2);
  expect(offPercent(station.utilisation, load)).toBeLessThan(1);
  expect(station.held).toBe(0);
  // The depth is summed over time, the stays over customers.
  const { arrivalsPerMicro, meanStay, meanInSystem } = station;
  expect(offPercent(meanInSystem, arrivalsPerMicro * meanStay)).toBeLessThan(0.01);
  expect(offPercent(meanInSystem, load / (1 - load))).toBeLessThan(2);
});

test.each([
  ["lognormal", { kind: "lognormal", mean: MEAN, sigma: 0.8 }, Math.exp(0.64)],
  ["deterministic", { kind: "constant", mean: MEAN }, 1],
] as const)("M/G/1, %s: the mean wait of Pollaczek and Khinchine", (_, service, moment) => {
  const load = 0.5;
  const station = simulateStation({ rate: load / MEAN, service, customers: CUSTOMERS, seed: SEED });
  // lambda E[S^2] / (2 (1 - load)), with E[S^2] = moment * MEAN^2.
  expect(offPercent(station.meanWait, (load * moment * MEAN) / (2 * (1 - load)))).toBeLessThan(2);
});

test("M/M/c: the mean wait of Erlang C", () => {
  const servers = 4;
  const load = 0.6;
  const service = { kind: "exponential", mean: MEAN } as const;
  const rate = (load * servers) / MEAN;
  const station = simulateStation({ rate, service, servers, customers: CUSTOMERS, seed: SEED });
  const wait = (erlangC(servers, load * servers) * MEAN) / (servers * (1 - load));
  expect(offPercent(station.meanWait, wait)).toBeLessThan(2);
});

/** The chance to wait, from Erlang B by its recursion. */
function erlangC(servers: number, offered: number): number {
  let lost = 1;
  for (let n = 1; n <= servers; n++) lost = (offered * lost) / (n + offered * lost);
  return lost / (1 - (offered / servers) * (1 - lost));
}
