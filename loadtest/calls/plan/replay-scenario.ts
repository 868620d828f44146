import { readTrace } from "../data/trace/trace.ts";
import type { CallScenario } from "../spec/call-scenario.ts";
import { flowsOfTrace } from "./trace-flows.ts";

/** The scenario that replays a trace against this target: as long as the trace, unless it is cut. */
export async function replayScenario(
  base: Omit<CallScenario, "flows" | "perSecond" | "pace">,
  trace: NonNullable<CallScenario["trace"]>,
  mostSeconds?: number,
): Promise<CallScenario> {
  const { speed = 1 } = trace;
  const { records } = await readTrace(trace);
  const lasts = (records[records.length - 1].atSeconds ?? 0) / speed;
  const seconds = Math.max(1, Math.ceil(Math.min(lasts, mostSeconds ?? lasts)));
  return {
    ...base,
    flows: flowsOfTrace(records, base.target.protocol),
    perSecond: Math.max(0.001, records.length / Math.max(1, lasts)),
    pace: { shape: "constant" },
    trace: { ...trace, speed },
    warmUpSeconds: 0,
    seconds,
  };
}
