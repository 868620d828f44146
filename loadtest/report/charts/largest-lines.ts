import type { ChartLine, Dash, Tone } from "./chart-spec.ts";

/** As many as can be told apart. Lines of the same dash differ in colour for everyone. */
const LOOKS: readonly { readonly tone: Tone; readonly dash: Dash }[] = [
  { tone: 1, dash: "solid" },
  { tone: 2, dash: "dashed" },
  { tone: 3, dash: "dotted" },
  { tone: 4, dash: "dash-dot" },
  { tone: 5, dash: "solid" },
  { tone: 6, dash: "dashed" },
];

export type Column = Pick<ChartLine, "label" | "values">;

/**
 * A line each for the largest, in that order; when there are too many, one for the sum of the others. Looks
 * go by name: neighbouring charts of the same things show each in the same colour.
 */
export function largestLines(
  columns: readonly Column[],
  size: (column: Column) => number = ({ values }) => highest(values),
): readonly ChartLine[] {
  const sorted = columns.toSorted((a, b) => size(b) - size(a));
  const names = columns.map(({ label }) => label).toSorted();
  if (sorted.length <= LOOKS.length) {
    return sorted.map((column) => styled(column, names.indexOf(column.label)));
  }
  const own = sorted.slice(0, LOOKS.length - 1);
  const others = sorted.slice(own.length);
  const rest = { label: `${others.length} others`, values: sumOf(others) };
  return [...own, rest].map(styled);
}

/** Processes of one service as one when there are too many for a line each: "timeline (20)", their sum. */
export function byService(columns: readonly Column[]): readonly Column[] {
  if (columns.length <= LOOKS.length) return columns;
  const services = Map.groupBy(columns, ({ label }) => label.replace(/-\d+$/, ""));
  return [...services].map(([service, own]) =>
    own.length === 1 ? own[0] : { label: `${service} (${own.length})`, values: sumOf(own) },
  );
}

/** Point by point; what is not there counts as nothing. */
export function sumOf(columns: readonly Column[]): readonly number[] {
  const length = columns.reduce((most, { values }) => Math.max(most, values.length), 0);
  return Array.from({ length }, (_, i) =>
    columns.reduce((sum, { values }) => sum + (values[i] ?? 0), 0),
  );
}

export function highest(values: readonly (number | null)[]): number {
  return values.reduce<number>((high, value) => Math.max(high, value ?? 0), 0);
}

function styled({ label, values }: Column, i: number): ChartLine {
  return { label, values, ...LOOKS[i] };
}
