import { describe, expect, it } from "vitest";
import { present } from "../../../services/model/invariant.ts";
import { measuredFrom, measuredToJson } from "../../measure/measured-json.ts";
import { runFixture } from "../../report/testing/run-fixture.ts";
import type { RunResult } from "../../results/run-result.ts";
import { exitCodeOf } from "../run.ts";
import { runSummary } from "./run-summary.ts";

const RUN = runFixture({ seconds: 20, perSecond: 100, thresholds: ["p99(post.create) < 9s"] });

/** Without colours, as in a pipe. */
function summary(changes: Partial<RunResult> = {}): string {
  return runSummary({ ...RUN, ...changes });
}

describe("the summary of a run", () => {
  it("says what was asked how often, how long it took, and why some was not answered", () => {
    const text = summary();
    expect(text).toMatch(/^timeline\.get +\d\d\.\d +\d+ +\d+( +[\d.]+ ms){5}$/m);
    expect(text).toMatch(/^lag +\d+ +[\d.]+ ms/m);
    expect(text).toMatch(/^timeline\.get: \d+ UNAVAILABLE/m);
    expect(text).toMatch(/^The raw driver sent \d+\.\d\/s, 0\.\d% of the 31000\/s/m);
  });

  it("says how much was sent in the time in which was sent", () => {
    const perSecond = (text: string) =>
      Number(present(/^The raw driver sent ([\d.]+)\/s/m.exec(text))[1]);
    const measured = { ...RUN.measured, sentSeconds: 5 };
    expect(perSecond(summary({ measured })) / perSecond(summary())).toBeCloseTo(4, 2);
  });

  it("shows no number that the generator was too late to know", () => {
    const late = runFixture({ seconds: 10, latenessMicros: 400_000 });
    expect(runSummary(late)).toMatch(/^timeline\.get .* INVALID/m);
  });

  it("counts what the warm-up sent apart, so that a server's count agrees", () => {
    const measured = { ...RUN.measured, warmUp: { sent: 60, failed: 2 } };
    const sent = RUN.measured.operations.reduce((sum, { counts }) => sum + counts.sent, 0);
    expect(summary({ measured })).toContain(
      `The warm-up sent 60 more, 2 without a good answer: in no figure above. In all ${sent + 60} were sent.`,
    );
    expect(summary()).not.toContain("The warm-up");
  });

  it("says between what it lies instead", () => {
    const late = runSummary(runFixture({ seconds: 10, latenessMicros: 5_000 }));
    const [, from, to, by] = present(
      /^timeline\.get: .* p50 is ([\d.]+) ms to ([\d.]+) ms \(([\d.]+) ms late\)/m.exec(late),
    ).map(Number);
    // Late twice at most: when it was sent, and when the answer was read; and a rested target is quicker.
    expect(to - from).toBeLessThanOrEqual(3 * by + 0.02);
    expect(from).toBeLessThan(to);
  });

  it("says so of good answers too, and the service times, which a late send does not lengthen", () => {
    const late = runSummary(runFixture({ seconds: 10, latenessMicros: 5_000 }));
    expect(late).toMatch(/^timeline\.get, good answers only: p50 is [\d.]+ ms to [\d.]+ ms \(/m);
    expect(late).toMatch(/^timeline\.get: service times, .*: p50 [\d.]+ ms, .*max [\d.]+ m?s\.$/m);
    expect(summary()).not.toContain("service times");
  });

  it("says once what to do about that", () => {
    const advice = /^To make the generator punctual: .+\.$/gm;
    const fixture = { seconds: 10, latenessMicros: 5_000 };
    const late = runFixture({ ...fixture, thresholds: ["lost == 0"] });
    const asked = runFixture({ ...fixture, thresholds: ["p50(timeline.get) < 7ms"] });
    expect(late.verdict.outcome).toBe("passed");
    expect(asked.verdict.outcome).toBe("invalid");
    for (const run of [late, asked]) expect(runSummary(run).match(advice)?.length).toBe(1);
    expect(summary()).not.toMatch(advice);
  });

  it("sums the target's CPU, and keeps the generator's side apart", () => {
    const sinks = { label: "sinks", cpuShare: [], residentMiB: [], cpuSeconds: 5 };
    const { resources } = RUN;
    const processes = [...resources.processes, sinks];
    const text = summary({ resources: { ...resources, processes } });
    const seconds = present(resources.atSeconds.at(-1));
    const cpu = resources.processes.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0) / seconds;
    expect(text).toMatch(new RegExp(`^the target +${cpu.toFixed(3)} cores$`, "m"));
    expect(text).not.toMatch(/^sinks/m);
    expect(text).toContain(
      `The generators used 0.220 cores, the other owners (sinks) ${(5 / seconds).toFixed(3)} cores.`,
    );
  });

  it("says what could not be seen, and how full the stores were", () => {
    expect(summary({ target: { ...RUN.target, unseen: ["cql", "broker"] } })).toContain(
      "their processes can't be seen from here: cql, broker.",
    );
    expect(summary()).toContain("Stores at the start: 1200000 posts");
    const { fill, ...empty } = RUN;
    expect(runSummary(empty as RunResult)).toContain("Its stores began empty");
    expect(runSummary(runFixture({ isForeign: true, seconds: 5 }))).toMatch(
      /What the target used was not seen from here[\s\S]*How full its stores are is not known here/,
    );
  });

  it("says by which delivery, where the mesh has told", () => {
    expect(summary()).not.toContain("The mesh said");
    expect(summary({ target: { ...RUN.target, delivery: "pull" } })).toContain(
      "The mesh said that everybody's posts were pulled",
    );
    expect(summary({ target: { ...RUN.target, delivery: "push" } })).toContain(
      "The mesh said that posts were pushed",
    );
  });

  it("ends with the verdict, its reasons, and what ended the run", () => {
    expect(summary()).toMatch(/passed: 1 of 1 thresholds hold\.$/);
    const lost = runFixture({ seconds: 5, lost: 3, thresholds: ["lost == 0"] });
    expect(runSummary(lost)).toMatch(
      /FAILED: 0 of 1 thresholds hold\.\nFAILED: lost == 0: it was 3\.$/,
    );
    const died = { ...RUN, failure: "The target died: post ended." };
    expect(runSummary(died)).toMatch(
      /NOT AS ASKED FOR: 1 of 1 thresholds hold\.\nThe target died: post ended\.$/,
    );
    expect([RUN, lost, died].map(exitCodeOf)).toEqual([0, 3, 1]);
  });

  it("is none where no threshold was given, and says how much had no good answer", () => {
    const unasked = runFixture({ seconds: 20, perSecond: 100, thresholds: [] });
    expect(runSummary(unasked)).toMatch(
      /no verdict: no threshold was given, and \d+ of \d+ calls had no good answer\.$/m,
    );
  });

  it("of a driver without intended times shows the times that it has", () => {
    const measured = measuredFrom(RUN.measured);
    const driver = { name: "ghz", ceilingPerSecond: undefined, timesFrom: "sent" } as const;
    const text = summary({ measured: measuredToJson({ ...measured, driver }) });
    expect(text).toContain("Times are from ghz's actual sends");
    expect(text).toMatch(/^The ghz driver sent \d+\.\d\/s\.$/m);
  });

  it("of a run that ended before it measured anything has no numbers", () => {
    const measured = { ...RUN.measured, seconds: 0, operations: [], distributions: {} };
    expect(summary({ measured })).not.toContain("NaN");
  });
});
