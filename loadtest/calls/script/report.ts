import { runSummary } from "../../cli/print/run-summary.ts";
import { renderPage } from "../../report/page.ts";
import type { Result } from "../../results/read-result.ts";
import type { RunResult } from "../../results/run-result.ts";

/** Results as one HTML page that needs no network. */
export function reportPage(results: readonly Result[]): string {
  return renderPage(results.map((result, i) => ({ file: `${i}-${result.kind}.json`, result })));
}

/** A run in a screenful. */
export function summaryText(result: RunResult): string {
  return runSummary(result);
}
