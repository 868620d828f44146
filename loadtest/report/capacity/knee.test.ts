import { expect, test } from "vitest";
import { capacityFixture } from "../testing/capacity-fixture.ts";
import { kneeChart } from "./knee.ts";
import { microsOf } from "./steps.ts";

const time = { label: "time", unit: "micros" } as const;
const lag = (result: ReturnType<typeof capacityFixture>) =>
  kneeChart(result, "lag p99", time, (step) => microsOf(step, "lag p99"));

test("each step is one point by its outcome, in the order of loads, the interval shaded", () => {
  const result = capacityFixture();
  const { at, lines, band } = lag(result);
  expect(at).toEqual(result.steps.map(({ load }) => load).toSorted((a, b) => a - b));
  const points = lines
    .slice(1)
    .map(({ values }) => values.filter((value) => value !== null).length);
  expect(points).toEqual([8, 5, 1]);
  expect(band).toMatchObject({ from: result.confirmed, to: result.failed });
});

test("the line goes through the median of each load", () => {
  const { at, lines } = lag(capacityFixture());
  const medians = lines[0].values.filter((value) => value !== null);
  expect(medians).toHaveLength(new Set(at).size);
  const first = at.indexOf(11_500_000);
  const own = lines.slice(1).flatMap(({ values }) => values.slice(first, first + 6));
  const known = own.filter((value) => value !== null).toSorted((a, b) => a - b);
  expect(known).toHaveLength(6);
  expect(lines[0].values[first]).toBe(known[3]);
});

test("without an interval nothing is shaded", () => {
  expect(lag(capacityFixture({ failed: undefined })).band).toBeUndefined();
});
