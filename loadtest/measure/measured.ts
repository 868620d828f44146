import { type Histogram, mergeHistograms } from "./histogram.ts";
import type { MachineReport } from "./machine/conditions.ts";
import { type Counts, OperationRecord, type Wait } from "./operation-record.ts";
import { RateWindows } from "./rate-windows.ts";
import type { Recorder } from "./recorder.ts";
import { Series } from "./series.ts";

/** Something measured besides operations, as the lag of deliveries; with how late its measuring was. */
export interface Distribution {
  readonly values: Histogram;
  readonly lateness: Histogram;
}

/** What one generator, or several merged, measured in a run. */
export interface Measured {
  readonly startedAtMs: number;
  /** From the end of the warm-up until the last answer. */
  readonly seconds: number;
  /** Of these, until no step was begun any more, as when it was interrupted; undefined in results of before 2026-11-30. */
  readonly sentSeconds?: number | undefined;
  /** What was sent before, and is in no other figure; undefined in results of before 2026-11-30. */
  readonly warmUp?: { readonly sent: number; readonly failed: number };
  readonly driver: {
    readonly name: string;
    readonly ceilingPerSecond: number | undefined;
    /** "sent": it knows no intended times, so response times and lateness were not measured. */
    readonly timesFrom?: "sent";
  };
  readonly operations: readonly OperationRecord[];
  /** Over the time of the run: of each operation, and of distributions that have one, as the lag. */
  readonly series: ReadonlyMap<string, Series>;
  readonly windows: RateWindows;
  readonly distributions: ReadonlyMap<string, Distribution>;
  /** Counts as `lost`, `repeated`, `stale`. */
  readonly counters: ReadonlyMap<string, number>;
  /** One per generator. */
  readonly machines: readonly MachineReport[];
}

/** What the recorder of a run holds, as a result. */
export function recorded({ operations, series, windows, warmUp }: Recorder) {
  return {
    operations,
    warmUp,
    windows,
    series: new Map(operations.map(({ name }, i) => [name, series[i]])),
  };
}

/** Results of generators of the same run as one: every histogram is that of the union. */
export function mergeMeasured(parts: readonly Measured[]): Measured {
  const [first] = parts;
  if (!first) throw new RangeError("There is nothing to merge.");
  const windows = new RateWindows();
  for (const part of parts) windows.add(part.windows);
  const names = [...new Set(parts.flatMap((part) => part.operations.map(({ name }) => name)))];
  const of = (name: string) =>
    parts.flatMap((part) => part.operations.filter((record) => record.name === name));
  const ceilings = parts.map(({ driver }) => driver.ceilingPerSecond);
  return {
    startedAtMs: Math.min(...parts.map(({ startedAtMs }) => startedAtMs)),
    seconds: Math.max(...parts.map(({ seconds }) => seconds)),
    ...(parts.some(({ sentSeconds }) => sentSeconds !== undefined) && {
      sentSeconds: Math.max(...parts.map(({ seconds, sentSeconds = seconds }) => sentSeconds)),
    }),
    warmUp: {
      sent: parts.reduce((sum, { warmUp }) => sum + (warmUp?.sent ?? 0), 0),
      failed: parts.reduce((sum, { warmUp }) => sum + (warmUp?.failed ?? 0), 0),
    },
    driver: {
      ...first.driver,
      ceilingPerSecond: ceilings.reduce((sum, c) => (sum === undefined ? c : sum + (c ?? 0))),
    },
    operations: names.map((name) => mergeRecords(of(name))),
    series: new Map(
      [...new Set(parts.flatMap(({ series }) => [...series.keys()]))].map((name) => {
        const series = new Series();
        for (const part of parts) series.merge(part.series.get(name) ?? new Series());
        return [name, series];
      }),
    ),
    windows,
    distributions: mergeMaps(
      parts.map(({ distributions }) => distributions),
      (a, b) => ({
        values: mergeHistograms([a.values, b.values]),
        lateness: mergeHistograms([a.lateness, b.lateness]),
      }),
    ),
    counters: mergeMaps(
      parts.map(({ counters }) => counters),
      (a, b) => a + b,
    ),
    machines: parts.flatMap(({ machines }) => machines),
  };
}

function mergeRecords(records: readonly OperationRecord[]): OperationRecord {
  const [{ name, timeoutMs }] = records as [OperationRecord];
  const merged = new OperationRecord(name, timeoutMs, {
    response: mergeHistograms(records.map(({ response }) => response)),
    answered: mergeHistograms(records.map(({ answered }) => answered)),
    service: mergeHistograms(records.map(({ service }) => service)),
    lateness: mergeHistograms(records.map(({ lateness }) => lateness)),
  });
  for (const { counts, statuses, unsent, waits } of records) {
    for (const key of Object.keys(counts) as (keyof Counts)[]) merged.counts[key] += counts[key];
    addCounts(merged.statuses, statuses);
    addCounts(merged.unsent, unsent);
    for (const cause of Object.keys(waits) as (keyof typeof waits)[]) {
      addWaits(merged.waits[cause], waits[cause]);
    }
  }
  return merged;
}

function addCounts(into: Map<number, number>, from: ReadonlyMap<number, number>): void {
  for (const [status, n] of from) into.set(status, (into.get(status) ?? 0) + n);
}

function addWaits(into: Wait, { count, totalMicros, maxMicros }: Wait): void {
  into.count += count;
  into.totalMicros += totalMicros;
  into.maxMicros = Math.max(into.maxMicros, maxMicros);
}

function mergeMaps<T>(maps: readonly ReadonlyMap<string, T>[], join: (a: T, b: T) => T) {
  const merged = new Map<string, T>();
  for (const [name, value] of maps.flatMap((map) => [...map])) {
    const there = merged.get(name);
    merged.set(name, there === undefined ? value : join(there, value));
  }
  return merged;
}
