import { expect, it } from "vitest";
import type { CallScenario, TargetSpec } from "../spec/call-scenario.ts";
import { briefScenario } from "../testing/play-here.ts";
import { refuseBeyond } from "./beyond-tool.ts";

const GRPC = { addresses: ["localhost:1"], protocol: "grpc" } as const;
const HTTP = { addresses: ["localhost:1"], protocol: "http/1.1" } as const;
const UNCOUNTED = "a threshold on failed_checks or broken_flows";
const step = { request: "GET /" };

const scenario = (target: TargetSpec, changes: Partial<CallScenario> = {}) =>
  briefScenario(target, [{ steps: [step] }], changes);

it.each([
  ["ghz", scenario({ ...GRPC, headers: { a: "b" } }), "headers"],
  [
    "ghz",
    scenario(GRPC, { flows: [{ steps: [{ ...step, checks: ["status == OK"] }] }] }),
    "checks",
  ],
  ["ghz", scenario({ ...GRPC, tls: {}, token: { command: "x" } }), "TLS, a token"],
  ["autocannon", scenario(HTTP, { pace: { shape: "steps", factors: [1, 2] } }), "stages"],
  ["autocannon", scenario(HTTP, { rows: { file: "x.csv" } }), "rows"],
  ["autocannon", scenario({ ...HTTP, protocol: "http/2" }), "HTTP/2"],
  [
    "autocannon",
    scenario({ ...HTTP, addresses: ["localhost:1", "localhost:2"] }),
    "several targets",
  ],
  ["autocannon", scenario(HTTP, { flows: [{ steps: [step, step] }] }), "flows of several steps"],
  ["ghz", scenario(GRPC, { thresholds: ["broken_flows == 0"] }), UNCOUNTED],
  ["autocannon", scenario(HTTP, { thresholds: ["failed_checks == 0"] }), UNCOUNTED],
] as const)("%s is not given what it would leave out: %#", (tool, asked, what) => {
  expect(() => refuseBeyond(tool, asked)).toThrow(
    `--driver ${tool} is not given ${what} here: use --driver raw.`,
  );
});

it("each is given what it can make", () => {
  expect(() => refuseBeyond("ghz", scenario(GRPC, { rows: { file: "x.csv" } }))).not.toThrow();
  expect(() =>
    refuseBeyond("autocannon", scenario({ ...HTTP, headers: { a: "b" } })),
  ).not.toThrow();
});
