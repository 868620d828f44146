import { describe, expect, it } from "vitest";
import { present } from "../../../services/model/invariant.ts";
import { newHistogram, record } from "../../measure/histogram.ts";
import type { ChartSpec } from "../charts/chart-spec.ts";
import { runFixture } from "../testing/run-fixture.ts";
import { WARM_UP_SECONDS } from "../testing/scenario-fixture.ts";
import { percentilesChart } from "./percentiles.ts";
import { rateChart } from "./rate.ts";
import { cpuChart } from "./resources.ts";
import { viewOf } from "./run-view.ts";
import { tailChart } from "./tail.ts";

const lineOf = (spec: ChartSpec, label: string) =>
  present(spec.lines.find((line) => line.label === label)).values;

describe("charts over time", () => {
  const view = viewOf(runFixture({ seconds: 60, perSecond: 50 }));

  it("begin with the measured part, as events and resources do", () => {
    const rate = rateChart(view);
    expect(view.measured.windows.intendedBySecond).toHaveLength(WARM_UP_SECONDS + 60);
    expect([rate.at[0], rate.at.at(-1)]).toEqual([0, 59]);
    expect(lineOf(rate, "intended").every((value) => present(value) >= 49)).toBe(true);
    const series = present(view.measured.series.get("timeline.get"));
    expect(percentilesChart(view, "timeline.get", series).at[0]).toBe(0);
  });

  it("lose nothing when a long run has wider points", () => {
    const long = viewOf(runFixture({ seconds: 1_500, perSecond: 2 }));
    const rate = rateChart(long);
    expect(rate.at.length).toBeLessThanOrEqual(600);
    const mean = (values: readonly (number | null)[]) =>
      values.reduce<number>((sum, value) => sum + present(value), 0) / values.length;
    expect(mean(lineOf(rate, "intended"))).toBeCloseTo(2, 1);
    expect(mean(lineOf(rate, "answered or given up"))).toBeCloseTo(2, 1);
  });

  it("end where a run ended", () => {
    const dead = viewOf(runFixture({ seconds: 60, perSecond: 50, diesAtSecond: 20 }));
    expect(rateChart(dead)).toMatchObject({ x: { to: 20 } });
  });

  it("show times, with gaps where nothing ended, and the bound that they are judged by", () => {
    const sparse = viewOf(runFixture({ seconds: 60, perSecond: 0.2 }));
    const spec = percentilesChart(
      sparse,
      "timeline.get",
      present(sparse.measured.series.get("timeline.get")),
    );
    expect(lineOf(spec, "max").filter((value) => value === null).length).toBeGreaterThan(40);
    expect(new Set(lineOf(spec, "p99(timeline.get) < 5s"))).toEqual(new Set([5e6]));
  });

  it("have few lines however many processes there are, and their sum", () => {
    const spec = cpuChart(view);
    const labels = spec.lines.map(({ label }) => label);
    expect(labels.slice(-3)).toEqual(["2 others", "all", "cores here"]);
    expect(labels[0]).toBe("timeline (2)");
    const own = spec.lines.slice(0, 6).reduce((sum, { values }) => sum + (values[0] ?? 0), 0);
    expect(lineOf(spec, "all")[0]).toBeCloseTo(own, 9);
  });
});

describe("the tail", () => {
  const histogramOf = (values: readonly number[]) => {
    const histogram = newHistogram();
    for (const value of values) record(histogram, value);
    return histogram;
  };
  const thousand = Array.from({ length: 1_000 }, (_, i) => (i + 1) * 1_000);

  it("has each quantile at 1 / (1 - q), and the largest at the end", () => {
    const lateness = histogramOf(thousand.map(() => 1));
    const judged = { label: "x", values: histogramOf(thousand) };
    const spec = tailChart("x", { judged, lateness });
    const at = (tail: number) => lineOf(spec, "x")[spec.at.findIndex((x) => x >= tail - 1e-6)];
    expect(present(at(10)) / 900_000).toBeCloseTo(1, 2);
    expect(present(at(100)) / 990_000).toBeCloseTo(1, 2);
    expect(present(lineOf(spec, "x").at(-1)) / 1_000_000).toBeCloseTo(1, 2);
  });

  it("goes on in another line where the generator was too late", () => {
    const lateness = histogramOf(thousand.map((_, i) => (i < 950 ? 100 : 500_000)));
    const judged = { label: "x", values: histogramOf(thousand) };
    const spec = tailChart("x", { judged, lateness });
    const [valid, invalid] = [lineOf(spec, "x"), lineOf(spec, "x, INVALID")];
    const known = (values: readonly (number | null)[], tail: number) =>
      values[spec.at.findIndex((x) => x >= tail)] !== null;
    expect([known(valid, 10), known(invalid, 10)]).toEqual([true, false]);
    expect([known(valid, 100), known(invalid, 100)]).toEqual([false, true]);
  });
});
