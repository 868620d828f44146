import { ofEach, parseThreshold, ThresholdError } from "../../measure/thresholds.ts";
import { rowsIn } from "../data/rows.ts";
import { descriptorsFor } from "../methods/descriptors.ts";
import { arrivalsOfTrace } from "../plan/arrivals.ts";
import { compileFlows, operationsOf, servicesIn } from "../plan/compile-flows.ts";
import { tryOut, tryOutTrace } from "../plan/flow-steps.ts";
import type { CallScenario } from "../spec/call-scenario.ts";
import { reflectionOf } from "./open-call-driver.ts";

/** Of the run itself, and of its calls. */
const COUNTED = ["failures", "timeouts", "not_sent", "failed_checks", "broken_flows"];

/** Of whole flows, from their intended starts. */
const FLOW = "flow";

export interface PreparedCalls {
  /** With a threshold of no name for every call. */
  readonly scenario: CallScenario;
  /** What is known of its gRPC methods. */
  readonly descriptors: Uint8Array | undefined;
  /** What of its trace was left out or changed, in sentences. */
  readonly notes: readonly string[];
}

/**
 * All that could be wrong with calls, found before any load is made: methods, messages, data, checks,
 * thresholds.
 */
export async function prepareCallPlay(scenario: CallScenario): Promise<PreparedCalls> {
  const { target, flows: specs, rows, seed, trace } = scenario;
  const descriptors =
    target.protocol === "grpc"
      ? await descriptorsFor(target, servicesIn(specs), () => reflectionOf(target))
      : undefined;
  const flows = compileFlows(scenario, descriptors);
  const given = rows && (await rowsIn(rows.file));
  const traced = trace && (await arrivalsOfTrace(trace, flows, { generator: 0, generators: 1 }));
  if (traced) tryOutTrace(traced.arrivals);
  else for (const flow of flows) tryOut(flow, seed, given);
  const names = operationsOf(flows).operations.map(({ name }) => name);
  const thresholds = scenario.thresholds.flatMap((text) => ofEach(text, names));
  const hasFlows = flows.some(({ steps }) => steps.length > 1);
  for (const text of thresholds) checkThreshold(text, names, hasFlows);
  return { scenario: { ...scenario, thresholds }, descriptors, notes: traced?.notes ?? [] };
}

/** `hasFlows`: one of several calls, for those alone are timed as a whole. */
function checkThreshold(text: string, operations: readonly string[], hasFlows: boolean): void {
  const { metric } = parseThreshold(text);
  const { kind, of } = metric;
  const times = kind === "failed" || !hasFlows ? [] : [FLOW];
  const known = kind === "counter" ? COUNTED : [...operations, ...times];
  if (known.includes(of)) return;
  const remedy = of === FLOW ? flowRemedy(text, operations, kind === "failed") : "";
  throw new ThresholdError(
    `Threshold "${text}": nothing measures ${of}${remedy}. There are: ${known.join(", ")}.`,
  );
}

function flowRemedy(text: string, [first]: readonly string[], isShare: boolean): string {
  if (isShare) return ` in shares: give a number of broken_flows, as "broken_flows == 0"`;
  return `, for each flow is one call: give that, as "${text.replace(`(${FLOW})`, `(${first})`)}"`;
}
