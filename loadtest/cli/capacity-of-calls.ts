import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { present } from "../../services/model/invariant.ts";
import { autocannonTool } from "../calls/capacity/autocannon-tool.ts";
import { byOtherTool, type OtherTool, whatItKnows } from "../calls/capacity/by-other-tool.ts";
import { callsAsTarget } from "../calls/capacity/calls-as-target.ts";
import { ghzTool } from "../calls/capacity/ghz-tool.ts";
import { withServiceLevel } from "../calls/capacity/service-level.ts";
import { compileFlows } from "../calls/plan/compile-flows.ts";
import type { CallScenario } from "../calls/spec/call-scenario.ts";
import type { CapacityResult, CapacityStep } from "../capacity/capacity-result.ts";
import type { CapacityTarget } from "../capacity/capacity-target.ts";
import { searchCapacity } from "../capacity/search-capacity.ts";
import { commandLine } from "./options/command-line.ts";
import type { TargetOptions } from "./options/play-options.ts";
import { withInterrupt } from "./options/with-interrupt.ts";
import { preparedCalls } from "./run-calls.ts";

interface Options extends Pick<TargetOptions, "driver" | "generators" | "connections" | "maxOpen"> {
  readonly start?: number;
  readonly highest: number;
  readonly stepSeconds: number;
  readonly confirmSeconds: number;
  readonly mostMinutes: number;
}

const UNIT = "calls a second";

/** `load capacity --target`: the highest rate that any target holds, by any driver. */
export async function searchCalls(
  given: CallScenario,
  options: Options,
  onStep: (step: CapacityStep) => void,
): Promise<CapacityResult> {
  const { driver, start, highest, stepSeconds, confirmSeconds, mostMinutes } = options;
  const isOther = driver === "ghz" || driver === "autocannon";
  const asked = withServiceLevel(given);
  const prepared = await preparedCalls(asked, isOther ? { ...options, driver: "raw" } : options);
  const { scenario } = prepared;
  console.error(`What must hold: ${scenario.thresholds.join(", ")}.`);
  if (isOther) console.error(whatItKnows(driver));
  await using cleaning = new AsyncDisposableStack();
  const result = await withInterrupt(async (signal) => {
    const tool = isOther ? await toolOf(driver, prepared, cleaning, signal) : undefined;
    const target: CapacityTarget = tool
      ? byOtherTool(scenario, tool)
      : callsAsTarget({ ...prepared, signal });
    return await searchCapacity(target, {
      command: commandLine(),
      startedAt: new Date().toISOString(),
      unit: UNIT,
      start: start ?? scenario.perSecond,
      highest,
      stepSeconds,
      confirmSeconds,
      mostSeconds: mostMinutes * 60,
      cores: availableParallelism(),
      onStep,
      signal,
    });
  });
  if (!isOther) return result;
  return { ...result, summary: [...result.summary, whatItKnows(driver)] };
}

async function toolOf(
  driver: "ghz" | "autocannon",
  { scenario, descriptors, generator }: Awaited<ReturnType<typeof preparedCalls>>,
  cleaning: AsyncDisposableStack,
  signal: AbortSignal,
): Promise<OtherTool> {
  const { connections, mostConnections } = generator;
  if (driver === "autocannon") {
    const options = { connections, mostConnections, signal };
    return autocannonTool(scenario, compileFlows(scenario, descriptors), options);
  }
  if (descriptors === undefined)
    throw new RangeError("ghz speaks gRPC alone: use --driver autocannon.");
  const folder = await mkdtemp(join(tmpdir(), "load-ghz-"));
  cleaning.defer(() => rm(folder, { recursive: true }));
  const protosetFile = join(folder, "descriptors.binpb");
  return await ghzTool(scenario, {
    descriptors: present(descriptors),
    protosetFile,
    connections,
    signal,
  });
}
