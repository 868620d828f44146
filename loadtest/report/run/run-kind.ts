import type { RunResult } from "../../results/run-result.ts";
import { chart, charts } from "../charts/chart.ts";
import { type Html, html } from "../html.ts";
import { quantity } from "../quantities.ts";
import type { ReportKind } from "../report-kind.ts";
import { contents, dateText, section, table } from "../table.ts";
import { headline } from "./headline.ts";
import { operations } from "./operations.ts";
import { percentilesChart } from "./percentiles.ts";
import { probes } from "./probes.ts";
import { rateChart } from "./rate.ts";
import { cpuChart, memoryChart, pendingChart, resourcesTable } from "./resources.ts";
import { type RunView, viewOf } from "./run-view.ts";
import { tailChart } from "./tail.ts";
import { thresholds } from "./thresholds.ts";
import { badgeOf, verdictBox } from "./verdict.ts";
import { fill, onWhat, whatRan } from "./what-ran.ts";

/** A run: the verdict first, then what it rests on. */
export const runKind: ReportKind<RunResult> = {
  name: "Run",
  title: titleOf,
  badge: badgeOf,
  body(result, id) {
    const view = viewOf(result);
    const part = (name: string) => `${id}-${name}`;
    return html`<p class="about">${result.scenario.about}</p>
      <p class="meta">${metaText(result)}</p>
      ${verdictBox(result)}
      ${headline(view)}
      ${contents(partsOf(result).map(([name, heading]) => [part(name), heading]))}
      ${thresholds(result, part("thresholds"))}
      ${overTime(view, part("time"))}
      ${tails(view, part("tails"))}
      ${operations(view, part("operations"))}
      ${probes(view, part("probes"))}
      ${resourcesTable(view, part("processes"))}
      ${whatRan(view, part("what"))}
      ${onWhat(view, part("machine"))}
      ${isForeign(result) ? html`` : fill(result, part("fill"))}`;
  },
};

/** Nothing is known of what is inside of it: neither engine nor commit, stores nor queues. */
function isForeign({ target }: RunResult): boolean {
  return target.kind === "any";
}

/** Several runs of one method are told apart by where and when. */
function titleOf({ scenario, target, startedAt }: RunResult): string {
  if (target.kind !== "any") return scenario.name;
  return `${scenario.name}, ${(target.addresses ?? []).join(", ")}, ${dateText(startedAt)}`;
}

function metaText(result: RunResult): string {
  const { startedAt, scenario, target } = result;
  const length = `${quantity(scenario.seconds, "seconds")} measured`;
  const inside = [
    `${target.kind}, ${target.engine === "unknown" ? "engine unknown" : target.engine}`,
    `commit ${target.commit}`,
  ];
  const what = isForeign(result)
    ? [`${(target.addresses ?? []).join(", ")} over ${target.protocol}`]
    : inside;
  return [dateText(startedAt), length, ...what].join(" · ");
}

const PARTS = [
  ["thresholds", "Thresholds"],
  ["time", "Over time"],
  ["tails", "Percentiles"],
  ["operations", "Operations"],
  ["probes", "Probes"],
  ["processes", "Processes"],
  ["what", "What was run"],
  ["machine", "On what"],
  ["fill", "Fill"],
] as const;

function partsOf(result: RunResult): readonly (readonly [name: string, heading: string])[] {
  if (!isForeign(result)) return PARTS;
  return PARTS.filter(([name]) => name !== "fill").map(([name, heading]) =>
    name === "probes" ? [name, "Seen besides"] : [name, heading],
  );
}

function overTime(view: RunView, id: string): Html {
  const series = [...view.measured.series];
  return section(
    id,
    "Over time",
    eventsTable(view),
    html`<p class="hint pointer">Drag across a chart to look closer, click twice to see all again;
      the charts follow each other.</p>`,
    charts(
      [
        rateChart(view),
        ...series.map(([name, one]) => percentilesChart(view, name, one)),
        ...(isForeign(view.result) ? [] : [pendingChart(view)]),
        cpuChart(view),
        memoryChart(view),
      ].map((spec) => chart(spec)),
    ),
  );
}

function eventsTable({ marks }: RunView): Html {
  if (marks.length === 0) return html``;
  const rows = marks.map(({ at, text }, i) => [String(i + 1), quantity(at, "clock"), text]);
  return table(
    "Events, numbered as in the charts",
    [{ name: "No." }, { name: "At" }, { name: "What" }],
    rows,
  );
}

function tails({ measured }: RunView, id: string): Html {
  const specs = [
    ...[...measured.distributions].map(([name, { values, lateness }]) =>
      tailChart(name, { judged: { label: name, values }, lateness }),
    ),
    ...measured.operations.map(({ name, response, service, lateness }) =>
      tailChart(name, {
        judged: { label: "response", values: response },
        other: { label: "service", values: service },
        lateness,
      }),
    ),
  ];
  return section(
    id,
    "Percentiles",
    html`<p class="hint">The share of all that was at most so slow; each step to the right is ten
      times rarer. The response counts from the intended send, the service from the frame written.
      A red, dotted part is INVALID: the generator itself was later there than a tenth of the time
      (or 0.2 ms). Below 10 µs lines end at the bottom.</p>`,
    charts(specs.map((spec) => chart(spec))),
  );
}
