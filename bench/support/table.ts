/** A result as the table in docs/benchmarks.md shows it. */
export interface Row {
  readonly what: string;
  readonly measured: string;
  /** The ratio within this run, which is what counts: machines differ, and so do hours. */
  readonly ratio: string;
  readonly aim: string;
}

/** One benchmark: a name to choose it by, and what it measures. */
export interface Benchmark {
  readonly name: string;
  readonly about: string;
  run(): Promise<readonly Row[]>;
}

/** Rows as a Markdown table. */
export function markdownTable(rows: readonly Row[]): string {
  const head = "| what | measured | ratio in this run | aim |\n|---|---|---|---|";
  return [head, ...rows.map((r) => `| ${r.what} | ${r.measured} | ${r.ratio} | ${r.aim} |`)].join(
    "\n",
  );
}

/** 1234567 as "1.23M", 12345 as "12.3k". */
export function short(value: number): string {
  if (value >= 1e6) return `${(value / 1e6).toFixed(2)}M`;
  if (value >= 1e4) return `${(value / 1e3).toFixed(0)}k`;
  if (value >= 1e3) return `${(value / 1e3).toFixed(1)}k`;
  return value.toFixed(0);
}
