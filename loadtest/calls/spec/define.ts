import type { CallScenario } from "./call-scenario.ts";

/** A scenario of calls without what is as in most of them. */
export type GivenCalls = Pick<CallScenario, "target" | "flows"> & Partial<CallScenario>;

/** What a scenario is called that gives itself no name: a file's is called as the file. */
export const UNNAMED = "calls";

const DEFAULTS = {
  kind: "calls",
  name: UNNAMED,
  about: "",
  perSecond: 50,
  pace: { shape: "constant" },
  arrivals: "poisson",
  seed: 1,
  warmUpSeconds: 2,
  seconds: 30,
  thresholds: ["failures == 0"],
} as const satisfies Partial<CallScenario>;

/** The whole scenario. */
export function calls(given: GivenCalls): CallScenario {
  return { ...DEFAULTS, ...given };
}
