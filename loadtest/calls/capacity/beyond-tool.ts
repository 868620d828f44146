import { parseThreshold } from "../../measure/thresholds.ts";
import type { CallScenario, CallSpec } from "../spec/call-scenario.ts";

/** By other tools. */
const UNCOUNTED = ["failed_checks", "broken_flows"];
const UNCOUNTED_TOO = "a threshold on failed_checks or broken_flows";

/** What a scenario of calls may ask for that other tools are not given here. */
const FEATURES = {
  TLS: ({ target }: CallScenario) => target.tls !== undefined,
  "HTTP/2": ({ target }: CallScenario) => target.protocol === "http/2",
  "several targets": ({ target }: CallScenario) => target.addresses.length > 1,
  "several kinds of calls": ({ flows }: CallScenario) => flows.length > 1,
  "flows of several steps": ({ flows }: CallScenario) =>
    flows.some(({ steps }) => steps.length > 1),
  checks: (scenario: CallScenario) => some(scenario, ({ checks = [] }) => checks.length > 0),
  headers: (scenario: CallScenario) =>
    scenario.target.headers !== undefined || some(scenario, ({ headers }) => headers !== undefined),
  "a token": ({ target }: CallScenario) => target.token !== undefined,
  rows: ({ rows }: CallScenario) => rows !== undefined,
  stages: ({ pace }: CallScenario) => pace.shape !== "constant",
  [UNCOUNTED_TOO]: ({ thresholds }: CallScenario) =>
    thresholds.some((text) => UNCOUNTED.includes(parseThreshold(text).metric.of)),
} as const;

type Feature = keyof typeof FEATURES;

const BEYOND: Readonly<Record<"ghz" | "autocannon", readonly Feature[]>> = {
  ghz: ["TLS", "flows of several steps", "checks", "headers", "a token", "stages", UNCOUNTED_TOO],
  autocannon: [
    "TLS",
    "HTTP/2",
    "several targets",
    "several kinds of calls",
    "flows of several steps",
    "checks",
    "a token",
    "rows",
    "stages",
    UNCOUNTED_TOO,
  ],
};

/** Throws a RangeError that names what the tool would leave out: another search than was asked for. */
export function refuseBeyond(tool: keyof typeof BEYOND, scenario: CallScenario): void {
  const asked = BEYOND[tool].filter((feature) => FEATURES[feature](scenario));
  if (asked.length > 0) throw beyond(tool, asked.join(", "));
}

/** As "headers, checks". */
export function beyond(tool: keyof typeof BEYOND, what: string): RangeError {
  return new RangeError(`--driver ${tool} is not given ${what} here: use --driver raw.`);
}

function some({ flows }: CallScenario, is: (step: CallSpec) => boolean): boolean {
  return flows.some(({ steps }) => steps.some(is));
}
