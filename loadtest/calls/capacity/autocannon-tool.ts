import autocannon from "autocannon";
import { reach } from "../../drivers/reach.ts";
import { record } from "../../measure/histogram.ts";
import { compareConditions, readConditions } from "../../measure/machine/conditions.ts";
import type { Measured } from "../../measure/measured.ts";
import { OperationRecord } from "../../measure/operation-record.ts";
import { RateWindows } from "../../measure/rate-windows.ts";
import { Series } from "../../measure/series.ts";
import { drawsOf } from "../data/draws.ts";
import type { CompiledFlow } from "../plan/compiled-call.ts";
import type { CallScenario } from "../spec/call-scenario.ts";
import { refuseBeyond } from "./beyond-tool.ts";
import type { OtherTool } from "./by-other-tool.ts";

const NO_SAVED = new Map();

/** autocannon as the tool of a search: one request, the same each time. Throws for what it can't make. */
export function autocannonTool(
  scenario: CallScenario,
  flows: readonly CompiledFlow[],
  connections: number,
): OtherTool {
  const { target, seed } = scenario;
  if (target.protocol === "grpc")
    throw new RangeError("autocannon speaks HTTP alone: use --driver ghz, or raw.");
  refuseBeyond("autocannon", scenario);
  const [{ call }] = flows[0].steps;
  const draw = drawsOf(seed, 0);
  const { message, parts } = call.make({ call: 0, draw, row: undefined, saved: NO_SAVED });
  return async (perSecond, seconds) => {
    await reach(target.addresses[0]);
    const operation = new OperationRecord(call.name, call.target.timeoutMs);
    const before = readConditions("before");
    const startedAtMs = Date.now();
    const run = autocannon({
      url: `http://${target.addresses[0]}${parts?.path ?? "/"}`,
      method: parts?.method ?? "GET",
      headers: { ...parts?.headers },
      ...(message.length > 0 && { body: Buffer.from(message) }),
      connections,
      duration: Math.ceil(seconds),
      overallRate: Math.max(1, Math.round(perSecond)),
      timeout: Math.ceil(call.target.timeoutMs / 1000),
    });
    const { counts } = operation;
    run.on("response", (_, status, _bytes, responseMs) => {
      record(operation.service, responseMs * 1000);
      counts.sent++;
      if (status >= 200 && status < 400) counts.ok++;
      else {
        counts.failed++;
        operation.statuses.set(status, (operation.statuses.get(status) ?? 0) + 1);
      }
    });
    const result = await run;
    counts.timeout = result.timeouts;
    counts.sent += result.timeouts;
    counts.intended = Math.round(perSecond * Math.ceil(seconds));
    counts.notSent = Math.max(0, counts.intended - counts.sent);
    return measuredOf({ operation, startedAtMs, seconds: Math.ceil(seconds), before });
  };
}

interface Done {
  readonly operation: OperationRecord;
  readonly startedAtMs: number;
  readonly seconds: number;
  readonly before: ReturnType<typeof readConditions>;
}

/** It does not say which second lacked what: the whole counts as evenly short. */
function measuredOf({ operation, startedAtMs, seconds, before }: Done): Measured {
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
    machines: [compareConditions(before, readConditions("after"))],
  };
}
