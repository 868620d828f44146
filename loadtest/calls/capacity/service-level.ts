import type { CallScenario } from "../spec/call-scenario.ts";

/** What must hold of every call when nothing was said: nearly all answered, nearly all soon. */
export const SERVICE_LEVEL = ["p99 < 100ms", "failed <= 0.1%"];

/** The scenario with a service level, for a search needs one. */
export function withServiceLevel(scenario: CallScenario): CallScenario {
  return scenario.thresholds.length > 0 ? scenario : { ...scenario, thresholds: SERVICE_LEVEL };
}
