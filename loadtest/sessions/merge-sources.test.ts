import fc from "fast-check";
import { expect, it } from "vitest";
import { stepsAt } from "../run/testing/simulate.ts";
import { mergeSources } from "./merge-sources.ts";

const times = fc
  .array(fc.integer({ min: 0, max: 20 }), { maxLength: 20 })
  .map((some) => some.sort((a, b) => a - b));

it("merges by time, and keeps the order of the sources and of each source's steps in ties", () => {
  fc.assert(
    fc.property(fc.array(times, { maxLength: 4 }), (sources) => {
      const named = sources.map((some, source) =>
        stepsAt(some).map((step, n) => ({ ...step, session: source * 1_000 + n })),
      );
      const merged = [...mergeSources(named.map((steps) => steps.values()))];
      const stable = named.flat().sort((a, b) => a.intendedMicros - b.intendedMicros);
      expect(merged).toEqual(stable);
    }),
  );
});

it("reads the first step of each before any is asked for", () => {
  const started: number[] = [];
  const source = (n: number) =>
    (function* () {
      started.push(n);
      yield* stepsAt([n]);
    })();
  const merged = mergeSources([source(1), source(0)]);
  expect(started).toEqual([1, 0]);
  expect([...merged].map(({ intendedMicros }) => intendedMicros)).toEqual([0, 1]);
});
