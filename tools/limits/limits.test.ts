import { describe, expect, it } from "vitest";
import { chartOf } from "./chart.ts";
import { randomFrom } from "./random.ts";
import { runScenario, type ScenarioRun } from "./run-scenario.ts";
import { SCENARIOS } from "./scenarios/built-in.ts";
import { tableOf } from "./table.ts";
import { verdictsOf } from "./verdict.ts";

function play(name: string): ScenarioRun {
  const random = randomFrom(1);
  return runScenario(SCENARIOS[name](random), random);
}

/** What a caller got in each second, from one to another. */
function got(run: ScenarioRun, name: string, from: number, until: number): readonly number[] {
  const series = run.series.find(({ caller }) => caller.name === name);
  return series?.got.slice(from, until) ?? [];
}

describe("what is simulated", () => {
  // The longest, of ten minutes, is played by hand.
  const names = Object.keys(SCENARIOS).filter((name) => name !== "doorman-7");
  it.each(names)("%s passes no ceiling in any second", (name) => {
    for (const { most, allowed } of verdictsOf(play(name))) {
      expect(most).toBeLessThanOrEqual(allowed);
    }
  });

  it("gives quiet neighbours what is assured them in each second", () => {
    const run = play("noisy-neighbour");
    for (const ops of got(run, "steady", 21, 60)) expect(ops).toBeGreaterThanOrEqual(299);
    for (const ops of got(run, "late", 30, 60)) expect(ops).toBeGreaterThanOrEqual(399);
    for (const ops of got(run, "noisy", 2, 20)) expect(ops).toBeGreaterThanOrEqual(790);
  });

  it("lends across hosts, and gives back within two seconds", () => {
    const run = play("flash-crowd");
    for (const ops of got(run, "host-1", 13, 30)) expect(ops).toBeGreaterThanOrEqual(2_380);
    for (const ops of got(run, "host-2", 32, 60)) expect(ops).toBeGreaterThanOrEqual(990);
  });

  it("falls to the safe share when the coordinator is lost, and no burst comes with the next", () => {
    const run = play("coordinator-loss");
    for (const ops of got(run, "host-1", 22, 45)) expect(ops).toBe(1_000);
    for (const ops of got(run, "host-1", 45, 50)) expect(ops).toBeLessThanOrEqual(1_550);
  });

  it("is told as a table and as a picture", () => {
    const run = play("noisy-neighbour");
    expect(tableOf(run)).toMatch(/steady +300 +1,000 +267/);
    expect(tableOf(run)).toContain(": held");
    expect(chartOf(run)).toMatch(/^<svg .*<\/svg>\n$/s);
  });

  it("comes out the same for the same seed", () => {
    const [one, two] = [play("doorman-2"), play("doorman-2")];
    expect(one.series.map((series) => series.got)).toEqual(two.series.map((series) => series.got));
  });
});
