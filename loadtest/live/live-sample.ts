import { quantile } from "../measure/histogram.ts";
import { failures, type OperationRecord } from "../measure/operation-record.ts";
import type { Recorder } from "../measure/recorder.ts";
import { judgeQuantile } from "../measure/validity.ts";

/** A time so far, ms; undefined before there is one, and INVALID as in the table at the end. */
export type LiveMs = number | "INVALID" | undefined;

/** One operation while a run goes on: counts so far, times so far. */
export interface LiveOperation {
  readonly name: string;
  /** For so long was measured by then, by the generator's clock; the warm-up is not in it. */
  readonly measuredSeconds: number;
  readonly intended: number;
  readonly sent: number;
  readonly ok: number;
  readonly failed: number;
  readonly p50Ms: LiveMs;
  readonly p99Ms: LiveMs;
  readonly maxMs: LiveMs;
  /** The generator's own, at p99. */
  readonly latenessMs: number | undefined;
}

/** What a generator's recorder knows by now; some 50 us an operation. */
export function liveOperations(
  { operations }: Recorder,
  measuredSeconds: number,
): readonly LiveOperation[] {
  return operations.map((one) => liveOf(one, measuredSeconds));
}

function liveOf(
  { name, counts, response, lateness }: OperationRecord,
  measuredSeconds: number,
): LiveOperation {
  const at = (q: number): LiveMs => {
    const { micros, count, valid } = judgeQuantile(response, lateness, q);
    if (count === 0) return undefined;
    return valid ? micros / 1000 : "INVALID";
  };
  return {
    name,
    measuredSeconds,
    intended: counts.intended,
    sent: counts.sent,
    ok: counts.ok,
    failed: failures(counts),
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    maxMs: at(1),
    latenessMs: lateness.totalCount === 0 ? undefined : quantile(lateness, 0.99) / 1000,
  };
}

/** Of several generators: counts add up; of times the worst generator's stands for all. */
export function joinLive(parts: readonly (readonly LiveOperation[])[]): readonly LiveOperation[] {
  const byName = Map.groupBy(parts.flat(), ({ name }) => name);
  return [...byName].map(([name, same]) => {
    const sum = (key: "intended" | "sent" | "ok" | "failed") =>
      same.reduce((total, one) => total + one[key], 0);
    const worst = (key: "p50Ms" | "p99Ms" | "maxMs") => worstOf(same.map((one) => one[key]));
    const late = same.flatMap(({ latenessMs }) => latenessMs ?? []);
    return {
      name,
      measuredSeconds:
        same.reduce((total, { measuredSeconds }) => total + measuredSeconds, 0) / same.length,
      intended: sum("intended"),
      sent: sum("sent"),
      ok: sum("ok"),
      failed: sum("failed"),
      p50Ms: worst("p50Ms"),
      p99Ms: worst("p99Ms"),
      maxMs: worst("maxMs"),
      latenessMs: late.length === 0 ? undefined : Math.max(...late),
    };
  });
}

function worstOf(times: readonly LiveMs[]): LiveMs {
  if (times.includes("INVALID")) return "INVALID";
  const known = times.filter((time) => typeof time === "number");
  return known.length === 0 ? undefined : Math.max(...known);
}

/** A threshold while a run goes on: what it would be if the run ended now. */
export type StandsNow = "holds" | "broken" | "unknown";
