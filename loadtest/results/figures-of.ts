import type { Histogram } from "../measure/histogram.ts";
import { measuredFrom } from "../measure/measured-json.ts";
import { failedShare } from "../measure/operation-record.ts";
import { judgeQuantile } from "../measure/validity.ts";
import type { RunResult } from "./run-result.ts";
import { sendingSeconds } from "./sending-seconds.ts";
import { statusName, whyUnsent } from "./status-name.ts";
import { type Tags, tagsOf } from "./tags-of.ts";

/** Percentiles in ms. `undefined` (null in JSON): the generator was too late to know it. */
export interface Times {
  readonly count: number;
  readonly p50: number | undefined;
  readonly p90: number | undefined;
  readonly p95: number | undefined;
  readonly p99: number | undefined;
  readonly p999: number | undefined;
  readonly max: number | undefined;
}

/** One operation of a run in plain numbers. */
export interface OperationFigures {
  readonly name: string;
  /** As its step in the scenario has them. */
  readonly tags: Tags;
  readonly intended: number;
  readonly sent: number;
  readonly sentPerSecond: number;
  readonly ok: number;
  readonly failed: number;
  readonly timeouts: number;
  readonly notSent: number;
  /** Why, as "2 ECONNREFUSED"; empty when nobody knows. */
  readonly notSentWhy: string;
  /** Of the intended. */
  readonly failedShare: number;
  readonly failures: Readonly<Record<string, number>>;
  /** From the intended send; whatever was not answered well counts as the timeout. */
  readonly response: Times;
  /** The same of good answers alone. */
  readonly answered: Times;
  /** From the frame written until the answer was read, as measured: a late generator reads late, too. */
  readonly service: Times;
  readonly lateness: Times;
}

/** A run as plain numbers, for other programs. */
export interface Figures {
  readonly scenario: string;
  readonly startedAt: string;
  /** For which load was made and measured. */
  readonly seconds: number;
  /** In the warm-up, and in no other figure; undefined when it is not known. */
  readonly warmUpSent: number | undefined;
  readonly command: string;
  readonly outcome: string;
  readonly reasons: readonly string[];
  readonly notes: readonly string[];
  readonly warnings: readonly string[];
  readonly failure: string | undefined;
  readonly thresholds: readonly {
    readonly text: string;
    readonly outcome: string;
    /** `undefined`: nothing was measured, or the generator was too late to know it. */
    readonly value: number | undefined;
    /** Of a count or a share undefined. */
    readonly unit: "ms" | undefined;
    /** Why it did not pass, in a sentence. */
    readonly reason: string | undefined;
  }[];
  readonly operations: readonly OperationFigures[];
  readonly distributions: Readonly<Record<string, Times>>;
  readonly counters: Readonly<Record<string, number>>;
  readonly cpu: Readonly<Record<string, number>>;
  readonly machine: RunResult["machine"];
  readonly driver: string;
}

/** What a result file holds in histograms, as percentiles. */
export function figuresOf(run: RunResult): Figures {
  const measured = measuredFrom(run.measured);
  const { verdict, resources, scenario } = run;
  const seconds = sendingSeconds(run);
  const tags = tagsOf(scenario);
  const seenSeconds = Math.min(scenario.seconds, measured.seconds) || 1;
  return {
    scenario: scenario.name,
    startedAt: run.startedAt,
    seconds,
    warmUpSent: measured.warmUp?.sent,
    command: run.command,
    outcome: run.failure === undefined ? verdict.outcome : "incomplete",
    reasons: verdict.reasons,
    notes: verdict.notes ?? [],
    warnings: verdict.warnings,
    failure: run.failure,
    thresholds: verdict.thresholds.map(({ threshold, outcome, value, time, reason }) => ({
      text: threshold.text,
      outcome,
      value: outcome === "invalid" ? undefined : time ? value / 1_000 : value,
      unit: time && "ms",
      reason,
    })),
    operations: measured.operations.map(({ name, counts, statuses, unsent, ...times }, i) => ({
      name,
      tags: tags[i] ?? {},
      intended: counts.intended,
      sent: counts.sent,
      sentPerSecond: counts.sent / seconds,
      ok: counts.ok,
      failed: counts.failed,
      timeouts: counts.timeout,
      notSent: counts.notSent,
      notSentWhy: whyUnsent({ counts, unsent }),
      failedShare: failedShare({ counts }),
      failures: Object.fromEntries([...statuses].map(([code, n]) => [statusName(code), n])),
      response: timesOf(times.response, times.lateness),
      answered: timesOf(times.answered, times.lateness),
      service: timesOf(times.service),
      lateness: timesOf(times.lateness),
    })),
    distributions: Object.fromEntries(
      [...measured.distributions].map(([name, one]) => [name, timesOf(one.values, one.lateness)]),
    ),
    counters: Object.fromEntries(measured.counters),
    cpu: Object.fromEntries(
      resources.processes.map(({ label, cpuSeconds }) => [label, cpuSeconds / seenSeconds]),
    ),
    machine: run.machine,
    driver: measured.driver.name,
  };
}

/** As "12 ECONNRESET; 3 timed out"; empty when all was answered well. */
export function troublesOf({ failures, timeouts, notSent, notSentWhy }: OperationFigures): string {
  const kinds = [
    ...Object.entries(failures),
    ["timed out", timeouts] as const,
    [`not sent${notSentWhy && ` (${notSentWhy})`}`, notSent] as const,
  ];
  return kinds
    .filter(([, count]) => count > 0)
    .map(([what, count]) => `${count} ${what}`)
    .join("; ");
}

const QUANTILES = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99, p999: 0.999, max: 1 } as const;

function timesOf(values: Histogram, lateness?: Histogram): Times {
  const at = (q: number) => {
    if (values.totalCount === 0) return undefined;
    const { micros, valid } = judgeQuantile(values, lateness ?? values, q);
    return lateness === undefined || valid ? micros / 1000 : undefined;
  };
  const { p50, p90, p95, p99, p999, max } = QUANTILES;
  return {
    count: values.totalCount,
    p50: at(p50),
    p90: at(p90),
    p95: at(p95),
    p99: at(p99),
    p999: at(p999),
    max: at(max),
  };
}
