import type { Series } from "../../../services/platform/telemetry/read-exposition.ts";
import type { MeshWindow } from "../../sources/mesh-watch.ts";

/** What a series has risen by within a window, and of which process. */
export interface Change {
  readonly process: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly rise: number;
}

/** Seconds of a window; at least 1 ms, for nothing is divided by 0. */
export function secondsOf({ before, now }: MeshWindow): number {
  return Math.max(0.001, (now.atMs - before.atMs) / 1_000);
}

/**
 * The rises of counters between two moments. A counter that fell belongs to a process that was started again:
 * all that it has counts. A process that was silent at the first moment has no rises.
 */
export function changesIn({ before, now }: MeshWindow): readonly Change[] {
  return [...now.pages].flatMap(([process, page]) => {
    const earlier = before.pages.get(process);
    if (!page || !earlier) return [];
    const values = new Map(earlier.map((series) => [keyOf(series), series.value]));
    return page.map((series) => {
      const was = values.get(keyOf(series)) ?? 0;
      const { name, labels, value } = series;
      return { process, name, labels, rise: value >= was ? value - was : value };
    });
  });
}

function keyOf({ name, labels }: Series): string {
  return `${name}${JSON.stringify(labels)}`;
}

export function sumOf(changes: readonly Change[]): number {
  return changes.reduce((sum, { rise }) => sum + rise, 0);
}

/**
 * The quantile of observations by the rises of their buckets, of any number of series together: within its
 * bucket as if they were spread evenly. Undefined: there were none. Above the last bound: that bound.
 */
export function quantileOf(buckets: readonly Change[], quantile: number): number | undefined {
  const counts = new Map<number, number>();
  for (const { labels, rise } of buckets) {
    const bound = Number((labels.le ?? "").replace("+Inf", "Infinity"));
    counts.set(bound, (counts.get(bound) ?? 0) + rise);
  }
  const bounds = [...counts.keys()].sort((a, b) => a - b);
  const total = counts.get(Number.POSITIVE_INFINITY) ?? 0;
  if (total === 0) return undefined;
  const wanted = quantile * total;
  let [from, below] = [0, 0];
  for (const bound of bounds) {
    const upTo = counts.get(bound) ?? 0;
    if (upTo >= wanted && Number.isFinite(bound)) {
      return from + ((bound - from) * (wanted - below)) / Math.max(1, upTo - below);
    }
    if (Number.isFinite(bound)) [from, below] = [bound, upTo];
  }
  return from;
}
