import { record } from "../../measure/histogram.ts";
import type { Measured } from "../../measure/measured.ts";
import { OperationRecord } from "../../measure/operation-record.ts";
import type { Outcome } from "../../measure/outcome/ended.ts";
import { RateWindows } from "../../measure/rate-windows.ts";
import { LATE_SEND_MICROS } from "../../measure/recorder.ts";
import { Series } from "../../measure/series.ts";
import type { GhzDetail } from "./details.ts";

/** What ghz was asked for. */
export interface GhzStep {
  /** As thresholds call it. */
  readonly name: string;
  readonly timeoutMs: number;
  readonly ratePerSecond: number;
  readonly calls: number;
}

/** Go's names of the gRPC statuses, by number. */
const STATUSES = [
  "OK",
  "Canceled",
  "Unknown",
  "InvalidArgument",
  "DeadlineExceeded",
  "NotFound",
  "AlreadyExists",
  "PermissionDenied",
  "ResourceExhausted",
  "FailedPrecondition",
  "Aborted",
  "OutOfRange",
  "Unimplemented",
  "Internal",
  "Unavailable",
  "DataLoss",
  "Unauthenticated",
];
const UNKNOWN = 2;

/**
 * What ghz measured, as far as it goes: service times, of good answers apart too, from its actual sends. It knows no intended ones, so
 * response times and lateness stay empty, which no threshold on them passes. Whether the load was the one
 * asked for can be told: its n-th call was due n / rate after its first.
 */
export function measuredByGhz(step: GhzStep, details: readonly GhzDetail[]): Measured {
  const operation = new OperationRecord(step.name, step.timeoutMs);
  const { counts, statuses, service, answered } = operation;
  counts.intended = step.calls;
  counts.sent = details.length;
  counts.notSent = step.calls - details.length;
  for (const { status, latency } of details) {
    const outcome = outcomeOf(status);
    counts[outcome]++;
    record(service, latency / 1000);
    if (outcome === "ok") record(answered, latency / 1000);
    if (outcome === "failed") {
      const code = codeOf(status);
      statuses.set(code, (statuses.get(code) ?? 0) + 1);
    }
  }
  const sentMs = details
    .map(({ timestamp, latency }) => Date.parse(timestamp) - latency / 1e6)
    .sort((a, b) => a - b);
  const firstMs = sentMs[0] ?? Date.now();
  return {
    startedAtMs: firstMs,
    seconds: step.calls / step.ratePerSecond,
    driver: { name: "ghz", ceilingPerSecond: undefined, timesFrom: "sent" },
    operations: [operation],
    series: new Map([[step.name, new Series()]]),
    windows: windowsOf(step, sentMs),
    distributions: new Map(),
    counters: new Map(),
    machines: [],
  };
}

function windowsOf({ calls, ratePerSecond }: GhzStep, sentMs: readonly number[]): RateWindows {
  const windows = new RateWindows();
  for (let n = 0; n < calls; n++) {
    const dueMicros = (n / ratePerSecond) * 1e6;
    windows.intended(dueMicros);
    const afterMicros = (sentMs[n] - sentMs[0]) * 1000 - dueMicros; // NaN when it was not sent
    if (afterMicros <= LATE_SEND_MICROS) windows.sent(dueMicros);
  }
  return windows;
}

function outcomeOf(status: string): Exclude<Outcome, "not_sent"> {
  if (status === "OK") return "ok";
  return status === "DeadlineExceeded" ? "timeout" : "failed";
}

function codeOf(status: string): number {
  const code = STATUSES.indexOf(status);
  return code < 0 ? UNKNOWN : code;
}
