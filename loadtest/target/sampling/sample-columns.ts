import type { WaitShares } from "../../measure/machine/thread-waits.ts";
import type { Resources } from "../../results/resources.ts";

/** One sample, by label or by the name of a gauge; what could not be read is not in it. */
export interface SampleRow {
  readonly atSeconds: number;
  readonly cpuShare: ReadonlyMap<string, number>;
  readonly mainThreadShare: ReadonlyMap<string, number>;
  readonly residentMiB: ReadonlyMap<string, number>;
  readonly pending: ReadonlyMap<string, number>;
}

/** What each process used in all, and how long it waited for a CPU, by label. */
export interface InAll {
  readonly cpuSeconds: ReadonlyMap<string, number>;
  readonly waits: ReadonlyMap<string, WaitShares>;
}

/** Samples as columns. NaN stands where a process was away or a gauge not known. */
export function columnsOf(
  rows: readonly SampleRow[],
  { cpuSeconds, waits }: InAll,
  work: ReadonlyMap<string, number>,
): Resources {
  const column = (of: (row: SampleRow) => ReadonlyMap<string, number>, name: string) =>
    rows.map((row) => of(row).get(name) ?? Number.NaN);
  const gauges = new Set(rows.flatMap(({ pending }) => [...pending.keys()]));
  return {
    atSeconds: rows.map(({ atSeconds }) => atSeconds),
    processes: [...cpuSeconds].map(([label, seconds]) => ({
      label,
      cpuShare: column((row) => row.cpuShare, label),
      mainThreadShare: column((row) => row.mainThreadShare, label),
      residentMiB: column((row) => row.residentMiB, label),
      cpuSeconds: seconds,
      ...waits.get(label),
    })),
    pending: Object.fromEntries(
      [...gauges].map((name) => [name, column(({ pending }) => pending, name)]),
    ),
    work: Object.fromEntries(work),
  };
}
