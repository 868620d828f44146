import type { ResultKind, ResultsByKind } from "../results/read-result.ts";
import { calibrationKind } from "./calibration/calibration-kind.ts";
import { capacityKind } from "./capacity/capacity-kind.ts";
import { compareKind } from "./compare/compare-kind.ts";
import type { ReportKind } from "./report-kind.ts";
import { runKind } from "./run/run-kind.ts";
import { simulationKind } from "./simulation/simulation-kind.ts";

/** One file a kind of result. */
export const REPORT_KINDS: { readonly [K in ResultKind]: ReportKind<ResultsByKind[K]> } = {
  run: runKind,
  capacity: capacityKind,
  compare: compareKind,
  simulation: simulationKind,
  calibration: calibrationKind,
};
