import type { RunResult } from "../../results/run-result.ts";
import { type Html, html } from "../html.ts";
import type { Badge } from "../report-kind.ts";
import { sentences } from "../table.ts";

const WORDS = {
  passed: "Passed",
  "no verdict": "No verdict: no threshold was given",
  failed: "FAILED",
  invalid: "INVALID",
  inconclusive: "INCONCLUSIVE",
} as const;

const TONES = {
  passed: "good",
  "no verdict": "plain",
  failed: "bad",
  invalid: "bad",
  inconclusive: "bad",
} as const;

/** A run that did not come to its end in order has not passed, whatever was measured. */
export function badgeOf({ verdict, failure }: RunResult): Badge {
  if (failure !== undefined) return { word: "INCOMPLETE", tone: "bad" };
  return { word: WORDS[verdict.outcome], tone: TONES[verdict.outcome] };
}

/** What came of it, before anything else. */
export function verdictBox(result: RunResult): Html {
  const { verdict, failure } = result;
  const { word, tone } = badgeOf(result);
  const early =
    failure === undefined
      ? undefined
      : html`<p>${failure}</p><p>What was measured: <strong>${WORDS[verdict.outcome]}</strong>.</p>`;
  return html`<section class="verdict ${tone}" aria-label="Verdict">
    <p class="word">${word}</p>
    ${early}
    ${sentences(verdict.reasons)}
    ${sentences((verdict.notes ?? []).map(asSentence))}
    ${verdict.warnings.length > 0 && html`<h3>Warnings</h3>${sentences(verdict.warnings)}`}
  </section>`;
}

function asSentence(note: string): string {
  return `${note.charAt(0).toUpperCase()}${note.slice(1)}.`;
}
