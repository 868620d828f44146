import type {
  ComparedMetric,
  CompareResult,
  CompareVerdict,
} from "../../compare/compare-result.ts";
import { median } from "../../measure/median.ts";
import { chart, charts } from "../charts/chart.ts";
import { type Content, type Html, html } from "../html.ts";
import { quantity } from "../quantities.ts";
import type { Badge, ReportKind } from "../report-kind.ts";
import { dateText, facts, section, sentences, table, verdictSection } from "../table.ts";
import { ratiosChart } from "./ratios.ts";

/** Two variants over interleaved pairs of runs: whether they differ, by how much, and how sure that is. */
export const compareKind: ReportKind<CompareResult> = {
  name: "Comparison",
  title: ({ a, b }) => `${b} against ${a}`,
  badge: badgeOf,
  body(result, id) {
    return html`<p class="meta">${dateText(result.startedAt)}</p>
      ${verdictSection(badgeOf(result), sentences(result.summary))}
      ${section(`${id}-metrics`, "Metrics", metricsTable(result))}
      ${pairs(result, `${id}-pairs`)}
      ${section(
        `${id}-what`,
        "What was run",
        facts([
          ["To repeat it", html`<code>${result.command}</code>`],
          ["A", result.a],
          ["B", result.b],
          ["Pairs", quantity(result.pairs.length, "count")],
          ["Seed", result.seed],
          ["Level", `${quantity(result.level, "share")} for a false alarm in any metric`],
          ["Relevant", `a difference of ${quantity(result.relevant, "share")} or more`],
        ]),
      )}`;
  },
};

function badgeOf({ metrics, ended }: CompareResult): Badge {
  if (ended !== undefined) return { word: "INCOMPLETE", tone: "bad" };
  const has = (verdict: CompareVerdict) => metrics.some((metric) => metric.verdict === verdict);
  if (has("slower")) {
    return { word: has("faster") ? "SLOWER in some, faster in others" : "SLOWER", tone: "bad" };
  }
  if (has("faster")) return { word: "Faster", tone: "good" };
  if (has("inconclusive") || metrics.length === 0) return { word: "Inconclusive", tone: "plain" };
  return { word: "No difference seen", tone: "plain" };
}

const VERDICTS: Readonly<Record<CompareVerdict, Html>> = {
  faster: html`<span class="good">✓ faster</span>`,
  slower: html`<strong class="bad">✕ slower</strong>`,
  "no difference seen": html`<span>= no difference seen</span>`,
  inconclusive: html`<span>○ inconclusive</span>`,
};

function metricsTable(result: CompareResult): Html {
  if (result.metrics.length === 0) {
    return html`<p class="nothing">Too few pairs to say anything.</p>`;
  }
  const confidence = quantity(1 - result.level, "share");
  const numbers = ["A, median", "B, median", "B over A", `${confidence} interval`, "p, adjusted"];
  const columns = [
    { name: "Metric" },
    { name: "Better" },
    ...numbers.map((name) => ({ name, isNumber: true })),
    { name: "Verdict" },
  ];
  const rows = result.metrics.map((metric): readonly Content[] => [
    metric.name,
    metric.better,
    quantity(median(known(result.pairs.map(({ a }) => a[metric.name]))), "count"),
    quantity(median(known(result.pairs.map(({ b }) => b[metric.name]))), "count"),
    quantity(metric.ratio, "ratio"),
    intervalText(metric),
    quantity(metric.adjustedP, "count"),
    VERDICTS[metric.verdict],
  ]);
  return table("What all pairs say (times in µs)", columns, rows);
}

function intervalText({ low, high }: ComparedMetric): string {
  if (low === undefined || high === undefined) return "–";
  return `${quantity(low, "ratio")} to ${quantity(high, "ratio")}`;
}

function known(values: readonly (number | undefined)[]): readonly number[] {
  return values.filter((value) => value !== undefined);
}

function pairs(result: CompareResult, id: string): Html {
  const again = result.unusable.map(({ variant, why }) => `${variant.toUpperCase()}: ${why}`);
  return section(
    id,
    "Pairs",
    charts(result.metrics.map((metric) => chart(ratiosChart(result, metric)))),
    again.length > 0 && html`<h4>Runs that were no samples, and made again</h4>${sentences(again)}`,
  );
}
