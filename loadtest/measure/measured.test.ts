import { describe, expect, it } from "vitest";
import { simulate, stepsAt } from "../run/testing/simulate.ts";
import { newHistogram, record } from "./histogram.ts";
import { type Measured, mergeMeasured } from "./measured.ts";
import { measuredFrom, measuredToJson } from "./measured-json.ts";
import { measuredOf } from "./testing/measured-of.ts";

const SERVER = {
  serviceMicros: 700,
  stall: { everyMicros: 900_000, forMicros: 40_000 },
  statusOf: (n: number) => (n % 50 === 49 ? 14 : 0),
};
const TIMES = Array.from({ length: 20_000 }, (_, i) => i * 977);

function generator(part: number, parts: number): Measured {
  // Statuses by the step, so that the same steps fail however they are split.
  const mine = TIMES.map((time, i) => ({ time, i })).filter(({ i }) => i % parts === part);
  const server = { ...SERVER, statusOf: (n: number) => SERVER.statusOf(mine[n].i) };
  const values = newHistogram();
  for (const { i } of mine) record(values, i);
  return measuredOf(simulate(stepsAt(mine.map(({ time }) => time)), { server }), {
    distributions: new Map([["lag", { values, lateness: newHistogram() }]]),
    counters: new Map([["lost", mine.length]]),
    driver: { name: "model", ceilingPerSecond: 1_000 / parts },
  });
}

describe("results", () => {
  it("of several generators merge to that of one that had sent everything", () => {
    const whole = measuredToJson(generator(0, 1));
    for (const parts of [2, 5]) {
      const each = Array.from({ length: parts }, (_, part) => generator(part, parts));
      expect(measuredToJson(mergeMeasured(each))).toEqual(whole);
    }
    expect(() => mergeMeasured([])).toThrow("nothing to merge");
  });

  it("come back from JSON as they were", () => {
    const json = JSON.parse(JSON.stringify(measuredToJson(generator(0, 1))));
    expect(JSON.parse(JSON.stringify(measuredToJson(measuredFrom(json))))).toEqual(json);
  });
});
