import { compileFlows, operationsOf } from "../plan/compile-flows.ts";
import type { CallScenario } from "../spec/call-scenario.ts";

/** What must hold of a target of which nothing was said: nearly all answered, nearly all soon. */
const P99 = "100ms";
const FAILED = "0.1%";

/** The scenario with a service level, for a search needs one. */
export function withServiceLevel(
  scenario: CallScenario,
  descriptors: Uint8Array | undefined,
): CallScenario {
  if (scenario.thresholds.length > 0) return scenario;
  const { operations } = operationsOf(compileFlows(scenario, descriptors));
  const thresholds = operations.flatMap(({ name }) => [
    `p99(${name}) < ${P99}`,
    `failed(${name}) <= ${FAILED}`,
  ]);
  return { ...scenario, thresholds };
}
