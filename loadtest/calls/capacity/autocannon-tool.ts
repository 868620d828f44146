import autocannon, { type Options } from "autocannon";
import { systemClock } from "../../../services/platform/clock/system-clock.ts";
import { reach } from "../../drivers/reach.ts";
import {
  compareConditions,
  type MachineReport,
  readConditions,
} from "../../measure/machine/conditions.ts";
import type { Measured } from "../../measure/measured.ts";
import { OperationRecord } from "../../measure/operation-record.ts";
import { RateWindows } from "../../measure/rate-windows.ts";
import { Series } from "../../measure/series.ts";
import { drawsOf } from "../data/draws.ts";
import type { CompiledFlow } from "../plan/compiled-call.ts";
import { Redirects } from "../plan/redirects.ts";
import type { CallScenario } from "../spec/call-scenario.ts";
import { type Heard, hearClient } from "./autocannon-client.ts";
import { type Turn, turnsOf } from "./autocannon-turns.ts";
import { refuseBeyond } from "./beyond-tool.ts";
import type { OtherTool } from "./by-other-tool.ts";
import { roomFor } from "./room.ts";

const NO_SAVED = new Map();

export interface AutocannonToolOptions {
  /** At least. */
  readonly connections: number;
  /** As many as are needed are opened up to that; `connections` and no more by default. */
  readonly mostConnections?: number | undefined;
  /** Ends a step early. */
  readonly signal: AbortSignal;
  /** How fast the machine is, for tests that need not know. */
  readonly probe?: () => number;
}

/** autocannon as the tool of a search: one request, the same each time. Throws for what it can't make. */
export function autocannonTool(
  scenario: CallScenario,
  flows: readonly CompiledFlow[],
  { connections, mostConnections = connections, signal, probe }: AutocannonToolOptions,
): OtherTool {
  const { target, seed, thresholds } = scenario;
  if (target.protocol === "grpc")
    throw new RangeError("autocannon speaks HTTP alone: use --driver ghz, or raw.");
  refuseBeyond("autocannon", scenario);
  const [{ call }] = flows[0].steps;
  const draw = drawsOf(seed, 0);
  const { message, parts } = call.make({ call: 0, draw, row: undefined, saved: NO_SAVED });
  const asked = {
    url: `http://${target.addresses[0]}${parts?.path ?? "/"}`,
    method: parts?.method ?? "GET",
    headers: { ...parts?.headers },
    ...(message.length > 0 && { body: Buffer.from(message) }),
    timeout: Math.ceil(call.target.timeoutMs / 1000),
  };
  return async (perSecond, given) => {
    signal.throwIfAborted();
    await reach(target.addresses[0]);
    const seconds = Math.ceil(given);
    const rate = Math.max(1, Math.round(perSecond));
    const room = Math.max(connections, roomFor(thresholds, rate));
    const operation = new OperationRecord(call.name, call.target.timeoutMs);
    const heard = { operation, redirects: new Redirects() };
    const before = readConditions("before", probe);
    const startedAtMs = Date.now();
    const playing = turnsOf(rate, Math.min(mostConnections, room)).map((turn) =>
      playTurn(turn, { asked, seconds, heard, signal }),
    );
    await Promise.all(playing);
    const { counts } = operation;
    counts.intended = rate * seconds;
    counts.notSent = Math.max(0, counts.intended - counts.sent);
    const machine = compareConditions(before, readConditions("after", probe));
    const measured = measuredOf({ operation, startedAtMs, seconds, machine });
    return { measured, said: heard.redirects.sentences({ hasChecks: false }) };
  };
}

interface Playing {
  readonly asked: Pick<Options, "url" | "method" | "headers" | "body" | "timeout">;
  readonly seconds: number;
  readonly heard: Heard;
  readonly signal: AbortSignal;
}

/** Each turn has whole seconds of its own, from its own begin. */
async function playTurn(
  { afterMs, connections, perSecond }: Turn,
  { asked, seconds, heard, signal }: Playing,
): Promise<void> {
  await systemClock.delay(afterMs, signal).catch(() => {}); // told to end: the next says so
  if (signal.aborted) return;
  const until = performance.now() + seconds * 1_000;
  const running = autocannon({
    ...asked,
    connections,
    overallRate: perSecond,
    duration: seconds,
    skipAggregateResult: true,
    setupClient: (client) => hearClient(client, heard, () => performance.now() < until),
  });
  const end = () => running.stop?.();
  signal.addEventListener("abort", end);
  try {
    await running;
  } finally {
    signal.removeEventListener("abort", end);
  }
}

interface Done {
  readonly operation: OperationRecord;
  readonly startedAtMs: number;
  readonly seconds: number;
  readonly machine: MachineReport;
}

/** It does not say which second lacked what: the whole counts as evenly short. */
function measuredOf({ operation, startedAtMs, seconds, machine }: Done): Measured {
  const windows = new RateWindows();
  const { intended, sent } = operation.counts;
  for (let n = 0; n < intended; n++) {
    const atMicros = (n / intended) * seconds * 1e6;
    windows.intended(atMicros);
    const isSent = Math.floor(((n + 1) * sent) / intended) > Math.floor((n * sent) / intended);
    if (isSent || sent >= intended) windows.sent(atMicros);
  }
  return {
    startedAtMs,
    seconds,
    driver: { name: "autocannon", ceilingPerSecond: undefined, timesFrom: "sent" },
    operations: [operation],
    series: new Map([[operation.name, new Series()]]),
    windows,
    distributions: new Map(),
    counters: new Map(),
    machines: [machine],
  };
}
