import { present } from "../../../services/model/invariant.ts";
import type { CapacityResult, CapacityStep } from "../../capacity/capacity-result.ts";
import { findingOf } from "../../results/finding.ts";
import { chart, charts } from "../charts/chart.ts";
import { type Figure, figureRow } from "../figures.ts";
import { type Html, html } from "../html.ts";
import { quantity, shortQuantity } from "../quantities.ts";
import type { Badge, ReportKind } from "../report-kind.ts";
import { dateText, facts, section, sentences, verdictSection } from "../table.ts";
import { kneeChart } from "./knee.ts";
import { coresOf, costTable, microsOf, stepsTable } from "./steps.ts";

const MAX_TIMES = 6;

/** A search for the highest load that holds: an interval, the knee, and every step that led there. */
export const capacityKind: ReportKind<CapacityResult> = {
  name: "Capacity",
  title: intervalText,
  badge: badgeOf,
  body(result, id) {
    return html`<p class="meta">${dateText(result.startedAt)}</p>
      ${verdictSection(badgeOf(result), sentences(result.summary))}
      ${figureRow(figures(result))}
      ${knees(result, `${id}-knee`)}
      ${section(`${id}-steps`, "Steps", stepsTable(result))}
      ${costTable(result, `${id}-cost`)}
      ${section(
        `${id}-what`,
        "What was run",
        facts([["To repeat it", html`<code>${result.command}</code>`]]),
      )}`;
  },
};

function badgeOf(result: CapacityResult): Badge {
  const { confirmed, failed, recovery, collapse = [] } = result;
  const finding = findingOf(result);
  if (finding === "ended") return { word: "INCOMPLETE", tone: "bad" };
  if (finding === "inconclusive") return { word: "INCONCLUSIVE", tone: "bad" };
  if (confirmed === undefined) return { word: "NOTHING HELD", tone: "bad" };
  if (collapse.length > 0 || recovery?.recovered === false) {
    return { word: "COLLAPSES past its knee", tone: "bad" };
  }
  if (failed === undefined) return { word: "No limit found", tone: "plain" };
  return { word: "Found", tone: "good" };
}

function intervalText({ confirmed, failed, unit }: CapacityResult): string {
  const short = (load: number) => shortQuantity(load, "count");
  if (confirmed === undefined && failed === undefined) return "No capacity found";
  if (confirmed === undefined) return `Below ${short(present(failed))} ${unit}`;
  if (failed === undefined) return `At least ${short(confirmed)} ${unit}`;
  return `${short(confirmed)} to ${short(failed)} ${unit}`;
}

function figures(result: CapacityResult): readonly Figure[] {
  const { confirmed, failed, estimate, recovery, unit, steps } = result;
  const count = (outcome: CapacityStep["outcome"]) =>
    steps.filter((step) => step.outcome === outcome).length;
  const short = (load: number | undefined) => shortQuantity(load, "count");
  const width = confirmed && failed ? failed / confirmed - 1 : undefined;
  return [
    { name: "Highest confirmed", value: short(confirmed), note: unit },
    { name: "Lowest failed", value: short(failed), note: `${quantity(width, "share")} above it` },
    ...(estimate
      ? [
          {
            name: "Half of all steps hold at",
            value: short(estimate.load),
            note: `${estimate.isRough ? "rough; " : ""}95%: ${short(estimate.low)} to ${short(estimate.high)}`,
          },
        ]
      : []),
    ...(recovery
      ? [
          {
            name: "After overload",
            value: recovery.recovered ? quantity(recovery.seconds, "seconds") : "never",
            note: recovery.recovered ? "until it was itself" : "itself again while it was watched",
          },
        ]
      : []),
    {
      name: "Steps",
      value: quantity(steps.length, "count"),
      note: `${count("held")} held, ${count("failed")} failed, ${count("inconclusive")} inconclusive`,
    },
  ];
}

function knees(result: CapacityResult, id: string): Html {
  const names = [...new Set(result.steps.flatMap(({ figures }) => Object.keys(figures)))];
  const tailsFirst = names.toSorted(
    (a, b) => Number(b.includes("p99")) - Number(a.includes("p99")),
  );
  const times = tailsFirst
    .slice(0, MAX_TIMES)
    .map((name) =>
      kneeChart(result, name, { label: "time", unit: "micros" }, (step) => microsOf(step, name)),
    );
  const goodput = { label: "of all operations", unit: "perSecond" } as const;
  const specs = [
    ...times,
    kneeChart(result, "CPU of the target", { label: "cores", unit: "cores" }, coresOf),
    ...(result.steps.some((step) => step.goodput !== undefined)
      ? [kneeChart(result, "Good answers a second", goodput, (step) => step.goodput)]
      : []),
  ];
  return section(
    id,
    "The knee",
    html`<p class="hint">Each point is a step. Shaded: from the highest load that held in all its
      confirmations to the lowest at which most steps failed.</p>`,
    charts(specs.map((spec) => chart(spec))),
  );
}
