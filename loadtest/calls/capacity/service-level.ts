import type { CallScenario } from "../spec/call-scenario.ts";

/** What must hold of every call when nothing was said: nearly all answered, nearly all soon. */
const SERVICE_LEVEL = ["p99 < 100ms", "failed <= 0.1%"];

/** A target that refuses half of what is asked, at once, keeps a p50: a load is not held when it is not taken. */
const MOST_FAILED = "failed <= 5%";
const OF_FAILURES = /^\s*(failed|failures|not_sent|broken_flows)\b/;

/** The scenario with a service level, for a search needs one, and one that says how many calls may fail. */
export function withServiceLevel(scenario: CallScenario): CallScenario {
  const { thresholds } = scenario;
  if (thresholds.length === 0) return { ...scenario, thresholds: SERVICE_LEVEL };
  if (thresholds.some((text) => OF_FAILURES.test(text))) return scenario;
  return { ...scenario, thresholds: [...thresholds, MOST_FAILED] };
}
