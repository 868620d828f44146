import { COUNTERS, HISTOGRAMS } from "../../services/model/metrics.ts";

/** What is promised, as a ratio of bad to all over 30 days, and how to count both in a window. */
export interface Objective {
  readonly name: string;
  /** For people: what is promised. */
  readonly promise: string;
  /** The part that may be bad, 0 to 1. */
  readonly budget: number;
  /** PromQL: the part that was bad in this window ("5m"). */
  readonly badRatio: (window: string) => string;
}

const LAG_SECONDS = "1";
/** Codes by which the mesh, and not its caller, is at fault. */
const FAULT_CODES = "Unavailable|Internal|Unknown|DataLoss|DeadlineExceeded";

export const OBJECTIVES: readonly Objective[] = [
  {
    name: "lag",
    promise: `99% of deliveries can be read within ${LAG_SECONDS} s of the post's acknowledgement`,
    budget: 0.01,
    badRatio: (window) => {
      const { name } = HISTOGRAMS.lag;
      const good = `sum(rate(${name}_bucket{le="${LAG_SECONDS}"}[${window}]))`;
      return `1 - ${good} / sum(rate(${name}_count[${window}]))`;
    },
  },
  {
    name: "rest-availability",
    promise: "99.9% of requests to the gateway are not answered with 5xx",
    budget: 0.001,
    badRatio: (window) => {
      const { name } = HISTOGRAMS.httpSeconds;
      const bad = `sum(rate(${name}_count{status=~"5.."}[${window}]) or vector(0))`;
      return `${bad} / sum(rate(${name}_count[${window}]))`;
    },
  },
  {
    name: "grpc-availability",
    promise: "99.9% of gRPC calls do not fail by a fault of the mesh",
    budget: 0.001,
    badRatio: (window) => {
      const { name } = COUNTERS.grpcServerHandled;
      const bad = `sum(rate(${name}{grpc_code=~"${FAULT_CODES}"}[${window}]) or vector(0))`;
      return `${bad} / sum(rate(${name}[${window}]))`;
    },
  },
];

/** Both windows must burn: the long one is sure, the short one ends the alert soon after the fault. */
interface Burn {
  readonly severity: "page" | "ticket";
  readonly long: string;
  readonly short: string;
  /** Times the pace at which the budget just lasts its 30 days. */
  readonly factor: number;
  readonly spends: string;
}

/** The windows and factors of the SRE workbook, "Alerting on SLOs". */
export const BURNS: readonly Burn[] = [
  {
    severity: "page",
    long: "1h",
    short: "5m",
    factor: 14.4,
    spends: "2% of a month's budget in 1 h",
  },
  {
    severity: "page",
    long: "6h",
    short: "30m",
    factor: 6,
    spends: "5% of a month's budget in 6 h",
  },
  {
    severity: "ticket",
    long: "3d",
    short: "6h",
    factor: 1,
    spends: "10% of a month's budget in 3 d",
  },
];

/** Each window of each objective is computed once, by this rule. */
export function recordedName({ name }: Objective, window: string): string {
  return `tidings:${name.replaceAll("-", "_")}:bad_ratio_${window}`;
}
