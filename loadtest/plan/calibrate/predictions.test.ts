import { describe, expect, it } from "vitest";
import { checkPredictions, compareWithNaive, type Prediction, seal } from "./predictions.ts";

const PREDICTED: readonly Prediction[] = [
  { configuration: "a", unlike: ["owners", "text"], cpu: 1.1, byTier: {}, naiveCpu: 1.5 },
  { configuration: "b", unlike: ["degree", "reads"], cpu: 0.7, byTier: {}, naiveCpu: 0.5 },
];
const NOW = new Date("2026-01-01T00:00:00Z");

describe("predictions", () => {
  it("are judged beside the repeats of the measurement, signed", () => {
    const checked = checkPredictions(
      seal(PREDICTED, NOW),
      new Map([
        ["a", [{ post: 0.4, cql: 0.6 }, { post: 1.0 }]],
        ["b", [{ cql: 0.8 }, { cql: 1.2 }]],
      ]),
    );
    expect(checked[0]).toMatchObject({ holds: true, allowed: 0.15, measured: [1.0, 1.0] });
    expect(checked[0].error).toBeCloseTo(0.1, 9);
    // 30% too little, and repeats that spread by 40% allow no more than they say.
    expect(checked[1].error).toBeCloseTo(-0.3, 9);
    expect(checked[1]).toMatchObject({ holds: true });
    expect(checked[1].allowed).toBeCloseTo(0.8, 9);
    const { ours, naive } = compareWithNaive(checked);
    expect(ours).toBeLessThan(naive);
  });

  it("can't be changed after they were sealed", () => {
    const sealed = seal(PREDICTED, NOW);
    const changed = { ...sealed, predictions: [{ ...PREDICTED[0], cpu: 1.0 }, PREDICTED[1]] };
    expect(() => checkPredictions(changed, new Map())).toThrow(/not those that were sealed/);
  });
});
