import { expect, it } from "vitest";
import { judgeStep } from "../../capacity/judging/judge-step.ts";
import { measuredByGhz } from "../../drivers/ghz/measured-by-ghz.ts";
import { quantile } from "../../measure/histogram.ts";
import { briefScenario } from "../testing/play-here.ts";
import { byOtherTool } from "./by-other-tool.ts";

it("counts a call once: what was refused as the timeout, and not as the time of its refusal too", async () => {
  const details = Array.from({ length: 100 }, (_, n) => ({
    timestamp: new Date(1_800_000_000_000 + 10 * n).toISOString(),
    latency: 5e6,
    status: n % 3 === 0 ? "Unavailable" : "OK",
  }));
  const step = { name: "get", timeoutMs: 1_000, ratePerSecond: 100, calls: 100 };
  const target = { addresses: ["localhost:1"], protocol: "grpc" } as const;
  const scenario = briefScenario(target, [{ steps: [{ method: "a.B/Get" }] }]);
  const ghz = async () => ({ measured: measuredByGhz(step, details) });
  const { measured } = await byOtherTool(scenario, ghz).hold(100, 1);
  const [{ response, answered, service }] = measured.operations;
  expect([response, answered, service].map(({ totalCount }) => totalCount)).toEqual([100, 66, 100]);
  expect(quantile(response, 0.7) / 1e6).toBeCloseTo(1, 1);
});

/** Of 100 calls that were due in a second ghz sent so many, each of which took 200 ms. */
async function stepOf(sent: number, ...thresholds: readonly string[]) {
  const details = Array.from({ length: sent }, (_, n) => ({
    timestamp: new Date(1_800_000_000_000 + 10 * n).toISOString(),
    latency: 200e6,
    status: "OK",
  }));
  const step = { name: "get", timeoutMs: 1_000, ratePerSecond: 100, calls: 100 };
  const target = { addresses: ["localhost:1"], protocol: "grpc" } as const;
  const flows = [{ steps: [{ method: "a.B/Get" }] }];
  const scenario = briefScenario(target, flows, { thresholds });
  const tool = byOtherTool(scenario, async () => ({ measured: measuredByGhz(step, details) }));
  return judgeStep(await tool.hold(100, 1));
}

it("does not blame a target for what the tool had no room to send, while it answers as it must", async () => {
  const { outcome, reasons } = await stepOf(60, "p99(get) < 300ms", "failed(get) <= 1%");
  expect(outcome).toBe("inconclusive");
  expect(reasons[0]).toContain("ghz sends when it has room for an answer, and had none: give more");
  expect(reasons.join(" ")).toContain(
    "40 of 100 were not sent, for ghz had no room for their answers (--connections), which is no answer of the target",
  );
});

it("blames one that is too slow for what could not be sent meanwhile, and excuses no failure", async () => {
  expect(await stepOf(60, "p99(get) < 100ms", "failed(get) <= 1%")).toMatchObject({
    outcome: "failed",
    reasons: [
      expect.stringContaining("p99(get) < 100ms: it was 1000"),
      expect.stringContaining("the target took no more"),
    ],
  });
  expect((await stepOf(100, "p99(get) < 300ms", "failed(get) <= 1%")).outcome).toBe("held");
});
