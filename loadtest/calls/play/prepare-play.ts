import { ofEach, parseThreshold, ThresholdError } from "../../measure/thresholds.ts";
import { readRows } from "../data/rows.ts";
import { descriptorsFor } from "../methods/descriptors.ts";
import { arrivalsOfTrace } from "../plan/arrivals.ts";
import { compileFlows, operationsOf, servicesIn } from "../plan/compile-flows.ts";
import { tryOut, tryOutTrace } from "../plan/flow-steps.ts";
import type { CallScenario } from "../spec/call-scenario.ts";
import { channelOf } from "./open-call-driver.ts";

/** Of the run itself, and of its calls. */
const COUNTED = ["failures", "timeouts", "not_sent", "failed_checks", "broken_flows"];

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
      ? await descriptorsFor(target, servicesIn(specs), {
          address: target.addresses[0],
          ...(await channelOf(target.tls)),
          ...(target.headers && { headers: target.headers }),
        })
      : undefined;
  const flows = compileFlows(scenario, descriptors);
  const rowAt = rows && (await readRows(rows));
  const traced = trace && (await arrivalsOfTrace(trace, flows, { generator: 0, generators: 1 }));
  if (traced) tryOutTrace(traced.arrivals);
  else for (const flow of flows) tryOut(flow, seed, rowAt);
  const names = operationsOf(flows).operations.map(({ name }) => name);
  const thresholds = scenario.thresholds.flatMap((text) => ofEach(text, names));
  for (const text of thresholds) checkThreshold(text, names);
  return { scenario: { ...scenario, thresholds }, descriptors, notes: traced?.notes ?? [] };
}

function checkThreshold(text: string, operations: readonly string[]): void {
  const { metric } = parseThreshold(text);
  const known = metric.kind === "counter" ? COUNTED : [...operations, "flow"];
  if (known.includes(metric.of)) return;
  throw new ThresholdError(
    `Threshold "${text}": nothing measures ${metric.of}. There are: ${known.join(", ")}.`,
  );
}
