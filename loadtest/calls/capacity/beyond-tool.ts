import type { CallScenario, CallSpec } from "../spec/call-scenario.ts";

/** What a scenario of calls may ask for that other tools are not given here. */
const FEATURES = {
  TLS: ({ target }: CallScenario) => target.tls !== undefined,
  "HTTP/2": ({ target }: CallScenario) => target.protocol === "http/2",
  "several kinds of calls": ({ flows }: CallScenario) => flows.length > 1,
  "flows of several steps": ({ flows }: CallScenario) =>
    flows.some(({ steps }) => steps.length > 1),
  checks: (scenario: CallScenario) => some(scenario, ({ checks = [] }) => checks.length > 0),
  headers: (scenario: CallScenario) =>
    scenario.target.headers !== undefined || some(scenario, ({ headers }) => headers !== undefined),
  "a token": ({ target }: CallScenario) => target.token !== undefined,
  rows: ({ rows }: CallScenario) => rows !== undefined,
  stages: ({ pace }: CallScenario) => pace.shape !== "constant",
} as const;

type Feature = keyof typeof FEATURES;

const BEYOND: Readonly<Record<"ghz" | "autocannon", readonly Feature[]>> = {
  ghz: ["TLS", "flows of several steps", "checks", "headers", "a token", "stages"],
  autocannon: [
    "TLS",
    "HTTP/2",
    "several kinds of calls",
    "flows of several steps",
    "checks",
    "a token",
    "rows",
    "stages",
  ],
};

/** Throws a RangeError that names what the tool would leave out: another search than was asked for. */
export function refuseBeyond(tool: keyof typeof BEYOND, scenario: CallScenario): void {
  const asked = BEYOND[tool].filter((feature) => FEATURES[feature](scenario));
  if (asked.length === 0) return;
  throw new RangeError(`--driver ${tool} is not given ${asked.join(", ")} here: use --driver raw.`);
}

function some({ flows }: CallScenario, is: (step: CallSpec) => boolean): boolean {
  return flows.some(({ steps }) => steps.some(is));
}
