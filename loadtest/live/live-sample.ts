import { quantile } from "../measure/histogram.ts";
import { failures, type OperationRecord } from "../measure/operation-record.ts";
import type { Recorder } from "../measure/recorder.ts";

/** One operation while a run goes on: counts so far, times so far in ms. */
export interface LiveOperation {
  readonly name: string;
  readonly intended: number;
  readonly sent: number;
  readonly ok: number;
  readonly failed: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** The generator's own, at p99. */
  readonly latenessMs: number;
}

/** What a generator's recorder knows by now; some 50 us an operation. */
export function liveOperations({ operations }: Recorder): readonly LiveOperation[] {
  return operations.map(liveOf);
}

function liveOf({ name, counts, response, lateness }: OperationRecord): LiveOperation {
  const at = (q: number) => quantile(response, q) / 1000;
  return {
    name,
    intended: counts.intended,
    sent: counts.sent,
    ok: counts.ok,
    failed: failures(counts),
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    maxMs: at(1),
    latenessMs: quantile(lateness, 0.99) / 1000,
  };
}

/** Of several generators: counts add up; of times the worst generator's stands for all. */
export function joinLive(parts: readonly (readonly LiveOperation[])[]): readonly LiveOperation[] {
  const byName = Map.groupBy(parts.flat(), ({ name }) => name);
  return [...byName].map(([name, same]) => {
    const sum = (key: "intended" | "sent" | "ok" | "failed") =>
      same.reduce((total, one) => total + one[key], 0);
    const worst = (key: "p50Ms" | "p99Ms" | "maxMs" | "latenessMs") =>
      Math.max(...same.map((one) => one[key]));
    return {
      name,
      intended: sum("intended"),
      sent: sum("sent"),
      ok: sum("ok"),
      failed: sum("failed"),
      p50Ms: worst("p50Ms"),
      p99Ms: worst("p99Ms"),
      maxMs: worst("maxMs"),
      latenessMs: worst("latenessMs"),
    };
  });
}

/** A threshold while a run goes on: what it would be if the run ended now. */
export type StandsNow = "holds" | "broken" | "unknown";
