import { writeFile } from "node:fs/promises";
import { fromBinary, toJson } from "@bufbuild/protobuf";
import { type GhzCall, type GhzLoad, playGhz } from "../../drivers/ghz/play-ghz.ts";
import { drawsOf } from "../data/draws.ts";
import { readRows } from "../data/rows.ts";
import { GrpcCompiler } from "../plan/compile-grpc.ts";
import type { CallScenario } from "../spec/call-scenario.ts";
import { beyond, refuseBeyond } from "./beyond-tool.ts";
import type { OtherTool } from "./by-other-tool.ts";
import { roomFor } from "./room.ts";

/** ghz goes round them: enough that no cache holds the answers of all. */
const DRAWN = 2_000;
const LEAST_ROOM = 500;
/** Workers of one ghz. */
const MOST_ROOM = 10_000;

export interface GhzToolOptions {
  readonly descriptors: Uint8Array;
  /** Where the descriptors are written for ghz to read. */
  readonly protosetFile: string;
  readonly connections: number;
  readonly signal: AbortSignal;
}

/** ghz as the tool of a search. Throws a RangeError for what it can't make. */
export async function ghzTool(scenario: CallScenario, options: GhzToolOptions): Promise<OtherTool> {
  const { descriptors, protosetFile, connections, signal } = options;
  const calls = await callsOf(scenario, descriptors);
  await writeFile(protosetFile, descriptors);
  const load: Omit<GhzLoad, "calls" | "seconds" | "inFlight"> = {
    connections,
    protoset: protosetFile,
    signal,
  };
  return async (perSecond, seconds) => {
    const room = Math.min(MOST_ROOM, roomFor(scenario.thresholds, perSecond));
    const measured = await playGhz({
      ...load,
      inFlight: Math.max(LEAST_ROOM, room),
      seconds,
      calls: calls.map((call) => ({ ...call, perSecond: call.perSecond * perSecond })),
    });
    return { measured };
  };
}

/** With their shares of the load as their rates. */
async function callsOf(
  scenario: CallScenario,
  descriptors: Uint8Array,
): Promise<readonly GhzCall[]> {
  const { target, flows, rows, seed } = scenario;
  refuseBeyond("ghz", scenario);
  const total = flows.reduce((sum, { weight = 1 }) => sum + weight, 0);
  const compiler = new GrpcCompiler(descriptors, target);
  const rowAt = rows && (await readRows(rows));
  return flows.flatMap(({ steps: [spec], weight = 1 }) => {
    const call = compiler.compile(spec);
    if (call.target.framed) throw beyond("ghz", "streams");
    const { input } = compiler.methodOf(spec);
    const messages = Array.from({ length: DRAWN }, (_, n) => {
      const draw = drawsOf(seed, n);
      const filling = { call: n, draw, row: rowAt?.(n, draw), saved: new Map() };
      return toJson(input, fromBinary(input, call.make(filling).message), {
        registry: compiler.registry,
        useProtoFieldName: true, // descriptors by reflection may know no other
      });
    });
    const { path, timeoutMs, addresses } = call.target;
    return addresses.map((address) => ({
      name: call.name,
      method: path.slice(1),
      address,
      perSecond: weight / total / addresses.length,
      timeoutMs,
      messages,
    }));
  });
}
