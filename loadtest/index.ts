/**
 * The load toolkit for scripts of one's own: write a scenario with types, drive it, search its capacity,
 * report it. Import it as "tidings/loadtest". docs/load/scripts.md shows how.
 */

export { type CapacityRequest, capacity, type DriveOptions, drive } from "./calls/script/drive.ts";
export { reportPage, summaryText } from "./calls/script/report.ts";
export type {
  CallScenario,
  CallSpec,
  FlowSpec,
  Json,
  RowsSpec,
  TargetSpec,
  TlsSpec,
  TokenSpec,
} from "./calls/spec/call-scenario.ts";
export { calls, type GivenCalls } from "./calls/spec/define.ts";
export type { CapacityResult } from "./capacity/capacity-result.ts";
export { type Figures, figuresOf } from "./results/figures-of.ts";
export type { RunResult } from "./results/run-result.ts";
export { scenario } from "./scenarios/define.ts";
export type { Scenario } from "./scenarios/scenario.ts";
