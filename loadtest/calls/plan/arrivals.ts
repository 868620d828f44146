import { keyOf } from "../../../population/hash.ts";
import { choiceTable } from "../../../population/people/quantile-table.ts";
import type { Headers } from "../../drivers/driver.ts";
import { intendedTimes } from "../../pacers/arrivals.ts";
import type { Pacer } from "../../pacers/pacer.ts";
import { readTrace } from "../data/trace/trace.ts";
import type { TraceRecord } from "../data/trace/trace-record.ts";
import type { CallScenario, Json, TraceSpec } from "../spec/call-scenario.ts";
import type { CompiledFlow } from "./compiled-call.ts";
import { flowNameOf } from "./trace-flows.ts";

/** A caller who begins a flow. */
export interface Arrival {
  readonly atMicros: number;
  /** Which of the run, from 0. */
  readonly call: number;
  readonly flow: CompiledFlow;
  /** In place of a row of the scenario's. */
  readonly row?: Json;
  /** Its own, beside those of the call. */
  readonly headers?: Headers;
}

/** Which of how many generators: each takes its part of the calls from the first on. */
export interface Part {
  readonly generator: number;
  readonly generators: number;
  readonly firstCall?: number;
}

const FLOW_KEY = 0x666c6f77;

/** Callers at the scenario's rate, their flows by weight. */
export function* pacedArrivals(
  { seed, arrivals: spread }: Pick<CallScenario, "seed" | "arrivals">,
  flows: readonly CompiledFlow[],
  pacer: Pacer,
  { generator, generators, firstCall = 0 }: Part,
): Generator<Arrival, void, void> {
  const choose = choiceTable(flows.map(({ weight }) => weight));
  const key = keyOf(seed, FLOW_KEY);
  let call = firstCall + generator;
  for (const at of intendedTimes(pacer, { seed, spread, part: generator, parts: generators })) {
    yield { atMicros: at, call, flow: flows[choose(keyOf(key, call))] };
    call += generators;
  }
}

/** The calls of a trace, by the flows that were made of it, and what is to be said of them. */
export async function arrivalsOfTrace(
  trace: TraceSpec,
  flows: readonly CompiledFlow[],
  part: Part,
): Promise<{ readonly arrivals: Iterable<Arrival>; readonly notes: readonly string[] }> {
  const { records, notes } = await readTrace(trace);
  const kinds = [...new Set(records.map(flowNameOf))];
  const byKind = new Map(kinds.map((name, i) => [name, flows[i]]));
  return { arrivals: tracedArrivals(records, trace.speed ?? 1, byKind, part), notes };
}

/** At their own times, or so many times as fast. */
function* tracedArrivals(
  records: readonly TraceRecord[],
  speed: number,
  flows: ReadonlyMap<string, CompiledFlow>,
  { generator, generators }: Part,
): Generator<Arrival, void, void> {
  for (let call = generator; call < records.length; call += generators) {
    const record = records[call];
    const flow = flows.get(flowNameOf(record));
    if (!flow) continue;
    const atMicros = Math.round((record.atSeconds / speed) * 1e6);
    const { headers } = record;
    yield { atMicros, call, flow, row: rowOf(record), ...(headers && { headers }) };
  }
}

/** What the flows of a trace are filled from. */
function rowOf({ request = "", message = {}, body = "" }: TraceRecord): Json {
  return { path: request.slice(request.indexOf(" ") + 1), message, body };
}
