import { describe, expect, it } from "vitest";
import { judged } from "./testing/judged-run.ts";

describe("advice about a generator that is late", () => {
  const late = { micros: 2_000, lateMicros: 400 };

  it("says the rule, and which bound would be judged", () => {
    const [reason] = judged(late, "p99(timeline.get) < 2ms").reasons;
    expect(reason).toBe(
      "INVALID: p99(timeline.get) < 2ms: it was 2.00 ms, and the generator itself was 0.40 ms late there, and 0.20 ms is allowed (10% of the time, or 0.2 ms where that is more): the true time lies between 1.20 ms and 2.40 ms, so a bound outside of these is judged, and this one is not.",
    );
    for (const ms of [1, 2.5]) {
      expect(judged(late, `p99(timeline.get) < ${ms}ms`).outcome).not.toBe("invalid");
    }
  });

  it.each([
    [{}, {}, "ask for a bound that is further from what was measured"],
    [{ waitedShare: 0, wantedShare: 0.1 }, {}, "it was neither busy nor kept from a CPU"],
    [{}, { name: "grpc-js" }, "use --driver raw"],
    [
      { waitedShare: 0.009, wantedShare: 0.1 },
      {},
      "it was neither busy nor kept from a CPU for long",
    ],
    [
      { waitedShare: 0.02 },
      {},
      "give it a core of its own (its calls were late by 0.04 s in all, and a thread of it waited 0.02 s for a CPU of a)",
    ],
    [{ waitedShare: 0.02, niceness: 0 }, {}, "CAP_SYS_NICE"],
    [{ wantedShare: 0.9 }, {}, "use more --generators, or a lower rate (it was busy 90%"],
  ])("follows from what was measured: %j %j", (machine, driver, advice) => {
    const { reasons } = judged({ ...late, machine, driver }, "p99(timeline.get) < 2ms");
    expect(reasons.at(-1)).toMatch(/^To make the generator punctual: /);
    expect(reasons.at(-1)).toContain(advice);
  });

  it("is given once for all generators of a run, with the worst of them", () => {
    const others = [
      { host: "b", waitedShare: 0.5 },
      { host: "c", waitedShare: 0.1 },
    ];
    const machine = { waitedShare: 0.2 };
    const { reasons } = judged({ ...late, machine, others }, "p99(timeline.get) < 2ms");
    const advice = reasons.at(-1) ?? "";
    expect(advice.split("a core of its own").length).toBe(2);
    expect(advice).toContain("waited 0.50 s for a CPU of b");
    expect(advice).toContain("(the worst of 3 generators)");
  });

  it("is not given where the machine, or the target, is the reason", () => {
    const { reasons } = judged({ micros: 30_000, probeRatio: 0.8 }, "p99(timeline.get) < 35ms");
    expect(reasons.join()).not.toContain("punctual");
  });
});
