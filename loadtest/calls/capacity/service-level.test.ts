import { expect, it } from "vitest";
import { calls } from "../spec/define.ts";
import { withServiceLevel } from "./service-level.ts";

const FLOWS = [{ steps: [{ request: "GET /" }] }];
const TARGET = { addresses: ["localhost:1"], protocol: "http/1.1" } as const;

function levelOf(...thresholds: readonly string[]): readonly string[] {
  return withServiceLevel(calls({ target: TARGET, flows: FLOWS, thresholds })).thresholds;
}

it("bounds what may fail where nothing else does: who refuses at once is soon", () => {
  expect(levelOf()).toEqual(["p99 < 100ms", "failed <= 0.1%"]);
  expect(levelOf("p50 < 100ms")).toEqual(["p50 < 100ms", "failed <= 5%"]);
  expect(levelOf("p50(a) < 1s", "timeouts == 0")).toContain("failed <= 5%");
  for (const own of ["failed(a) <= 50%", "failures == 0", "broken_flows == 0", "not_sent <= 9"]) {
    expect(levelOf("p50 < 100ms", own)).toEqual(["p50 < 100ms", own]);
  }
});
