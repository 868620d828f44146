import { describe, expect, it } from "vitest";
import { quantile } from "../../measure/histogram.ts";
import { readGhz } from "./details.ts";
import { ghzArguments, runGhz } from "./run-ghz.ts";

const PLAN = {
  address: "127.0.0.1:50053",
  call: "tidings.timeline.v1.TimelineService/GetTimeline",
  dataFile: "requests.json",
  ratePerSecond: 1_000,
  calls: 10_000,
  inFlight: 100,
  connections: 2,
  timeoutMs: 1_000,
};

describe("ghz", () => {
  it("is read by the details of each call, good ones only", () => {
    const result = readGhz(
      JSON.stringify({
        count: 3,
        total: 2_000_000_000,
        statusCodeDistribution: { OK: 2, Unavailable: 1 },
        details: [
          { latency: 1_000_000, status: "OK" },
          { latency: 3_000, status: "Unavailable" },
          { latency: 2_000_000, status: "OK" },
        ],
      }),
    );
    expect([result.calls, result.seconds, result.service.totalCount]).toEqual([3, 2, 2]);
    expect(quantile(result.service, 0.5)).toBe(1_000);
    expect(result.statuses.get("Unavailable")).toBe(1);
  });

  it("is not believed when it kept only some of the calls", () => {
    const json = { count: 2, total: 1, statusCodeDistribution: {}, details: null };
    expect(() => readGhz(JSON.stringify(json))).toThrow("2 calls and has details of 0");
  });

  it("is bounded, and told everything", () => {
    expect(ghzArguments(PLAN)).toContain("--concurrency=100");
    expect(ghzArguments(PLAN).at(-1)).toBe(PLAN.address);
    expect(() => ghzArguments({ ...PLAN, calls: 1_000_000 })).toThrow("make shorter steps");
  });

  it("says how to install it when it is not there", async () => {
    await expect(runGhz({ ...PLAN, program: "no-such-ghz" })).rejects.toThrow(
      "no-such-ghz was not found: install ghz",
    );
  });
});
