import type { JudgedThreshold } from "../../measure/judge-threshold.ts";
import type { RunResult } from "../../results/run-result.ts";
import { type Content, type Html, html } from "../html.ts";
import { quantity } from "../quantities.ts";
import { section, table } from "../table.ts";
import { judgedTime, whyInvalid } from "./judged.ts";

const OUTCOMES = {
  passed: html`<span class="good">✓ held</span>`,
  failed: html`<strong class="bad">✕ FAILED</strong>`,
  invalid: html`<strong class="bad">⚠ INVALID</strong>`,
  inconclusive: html`<strong class="bad">⚠ INCONCLUSIVE</strong>`,
} as const;

/** What had to hold, and whether it did, or can't be known. */
export function thresholds({ verdict }: RunResult, id: string): Html {
  if (verdict.thresholds.length === 0) {
    return section(
      id,
      "Thresholds",
      html`<p class="nothing">None were given: nothing had to hold.</p>`,
    );
  }
  const rows = verdict.thresholds.map((judged): readonly Content[] => [
    html`<code>${judged.threshold.text}</code>`,
    judged.time ? judgedTime(judged.time) : shownValue(judged),
    OUTCOMES[judged.outcome],
    whyOf(judged),
  ]);
  const columns = [
    { name: "Threshold" },
    { name: "Measured", isNumber: true },
    { name: "Outcome" },
    { name: "Why" },
  ];
  const hasReason = rows.some((row) => row[3] !== undefined);
  const last = hasReason ? columns.length : columns.length - 1;
  const shown = rows.map((row) => row.slice(0, last));
  return section(id, "Thresholds", table("What had to hold", columns.slice(0, last), shown));
}

/** The generator's lateness shortly; what else keeps it from an answer as the verdict says it. */
function whyOf({ outcome, time, reason, threshold }: JudgedThreshold): string | undefined {
  const late = time && whyInvalid(time);
  if (late !== undefined || outcome !== "invalid") return late;
  return reason?.replace(`INVALID: ${threshold.text}: `, "");
}

function shownValue({ threshold, value }: JudgedThreshold): string {
  const { kind } = threshold.metric;
  return quantity(value, kind === "failed" ? "share" : "count");
}
