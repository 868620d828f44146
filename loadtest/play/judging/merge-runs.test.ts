import { describe, expect, it } from "vitest";
import { mergeMeasured } from "../../measure/measured.ts";
import { measuredFrom, measuredToJson } from "../../measure/measured-json.ts";
import { runFixture } from "../../report/testing/run-fixture.ts";
import type { RunResult } from "../../results/run-result.ts";
import { mergeRuns, type RunPart } from "./merge-runs.ts";

function part(index: number, changes: Partial<RunResult> = {}, run = "monday", of = 2): RunPart {
  const whole = runFixture({
    seconds: 10,
    perSecond: 50,
    seed: index + 1,
    thresholds: ["lost == 0"],
  });
  return {
    file: `part${index}.json`,
    result: { ...whole, part: { run, index, of }, command: `run part ${index}`, ...changes },
  };
}

describe("parts of a run", () => {
  it("make the result that one would have made of all", () => {
    const parts = [part(1), part(0)];
    const merged = mergeRuns(parts);
    const [b, a] = parts.map(({ result }) => measuredFrom(result.measured));
    expect(merged.measured).toEqual(measuredToJson(mergeMeasured([a, b])));
    expect(merged).toMatchObject({ generators: 2, command: "run part 0; run part 1" });
    expect(merged.verdict.outcome).toBe("passed");
    expect([merged.part, merged.failure]).toEqual([undefined, undefined]);
  });

  it("are judged together: one lost is lost", () => {
    const measured = { ...part(1).result.measured, counters: { lost: 1 } };
    const { verdict } = mergeRuns([part(0), part(1, { measured })]);
    expect(verdict.outcome).toBe("failed");
  });

  it("tell what one of them lacks, and that one is missing", () => {
    const failed = part(1, { failure: "It was interrupted.", probes: ["2 lost"] }, "monday", 3);
    const { failure, probes } = mergeRuns([part(0, {}, "monday", 3), failed]);
    expect(failure).toBe("Part 1: It was interrupted. Part 2 of 3 is missing.");
    expect(probes).toContain("Part 1: 2 lost");
  });

  it("are inconclusive without one that was lost, unless what is there fails", () => {
    const why = new Map([[1, "Machine 2 (b) died."]]);
    const { verdict, failure } = mergeRuns([part(0)], why);
    expect([verdict.outcome, verdict.reasons[0]]).toEqual([
      "inconclusive",
      "INCONCLUSIVE: Machine 2 (b) died.",
    ]);
    expect(failure).toBeUndefined();
    const measured = { ...part(0).result.measured, counters: { lost: 1 } };
    expect(mergeRuns([part(0, { measured })], why).verdict.outcome).toBe("failed");
  });

  it("must be of one run, and each be there once", () => {
    const other = { ...part(1).result.scenario, world: { people: 1_000_000, seed: 2 } };
    const refused = (second: RunPart) => expect(() => mergeRuns([part(0), second]));
    refused(part(1, {}, "tuesday")).toThrow(
      "part1.json is of another run than part0.json: its run name",
    );
    refused(part(1, { scenario: other })).toThrow("its scenario is another");
    refused(part(1, {}, "monday", 3)).toThrow("its number of parts is another");
    refused(part(0)).toThrow("part0.json is part 0, which was given twice");
    const { part: _, ...whole } = part(1).result;
    refused({ file: "all.json", result: whole }).toThrow("all.json is a whole run");
    expect(() => mergeRuns([part(0)])).toThrow("two or more parts");
  });
});
