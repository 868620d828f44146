import { gaugeName } from "../../results/gauge-name.ts";
import type { RunResult } from "../../results/run-result.ts";
import type { ChartSpec } from "../charts/chart-spec.ts";
import { byService, highest, largestLines, sumOf } from "../charts/largest-lines.ts";
import { type Html, html } from "../html.ts";
import { quantity } from "../quantities.ts";
import { section, table } from "../table.ts";
import { type RunView, timeAxis } from "./run-view.ts";

/** CPU of each process over time, against the cores that there are. */
export function cpuChart(view: RunView): ChartSpec {
  const { machine, resources } = view.result;
  const { atSeconds, processes } = resources;
  const columns = processes.map(({ label, cpuShare }) => ({ label, values: cpuShare }));
  const cores = atSeconds.map(() => machine.cpus);
  const sum = sumOf(columns);
  // A bound far above everything would press all lines together; the axis says what it is.
  const isNear = highest(sum) > NEAR_ALL_CORES * machine.cpus;
  return {
    title: "CPU by process",
    x: timeAxis(view),
    y: { label: `cores, of ${machine.cpus} here`, unit: "cores" },
    at: atSeconds,
    lines: [
      ...largestLines(byService(columns)),
      ...(columns.length > 1 ? [{ label: "all", values: sum, tone: "text" } as const] : []),
      ...(isNear
        ? [
            {
              label: "cores here",
              values: cores,
              tone: "muted",
              dash: "dashed",
              isLevel: true,
            } as const,
          ]
        : []),
    ],
    marks: view.marks,
  };
}

/** Memory of its own, of each process. */
export function memoryChart(view: RunView): ChartSpec {
  const { atSeconds, processes } = view.result.resources;
  const columns = processes.map(({ label, residentMiB }) => ({ label, values: residentMiB }));
  return {
    title: "Memory by process",
    x: timeAxis(view),
    y: { label: "resident, of its own", unit: "mebibytes" },
    at: atSeconds,
    lines: largestLines(byService(columns)),
    marks: view.marks,
  };
}

/** What waited in the target. */
export function pendingChart(view: RunView): ChartSpec {
  const { atSeconds, pending } = view.result.resources;
  return {
    title: "Waiting in the target",
    x: timeAxis(view),
    y: { label: "pieces of work", unit: "count" },
    at: atSeconds,
    lines: largestLines(
      Object.entries(pending).map(([name, values]) => ({ label: gaugeName(name), values })),
    ),
    marks: view.marks,
  };
}

const NEAR_ALL_CORES = 0.6;

const FIGURES = [
  "CPU",
  "Cores, mean",
  "Main thread, most",
  "Memory at start",
  "at end",
  "highest",
] as const;

/** What each process used in all. */
export function resourcesTable({ result, measured }: RunView, id: string): Html {
  const heading = "Processes of the target";
  const rows = result.resources.processes.map((use) => {
    const { label, cpuSeconds, mainThreadShare } = use;
    const memory = use.residentMiB.filter((value) => value !== null);
    return [
      label,
      quantity(cpuSeconds, "seconds"),
      quantity(cpuSeconds / measured.seconds, "cores"),
      quantity(mainThreadShare && highest(mainThreadShare), "cores"),
      quantity(memory[0], "mebibytes"),
      quantity(memory.at(-1), "mebibytes"),
      quantity(memory.length > 0 ? highest(memory) : undefined, "mebibytes"),
    ];
  });
  if (rows.length === 0) {
    const why = "The target was not started here: nothing is known of its processes.";
    return section(id, heading, html`<p class="nothing">${why}</p>`, workTable(result));
  }
  const columns = [{ name: "Process" }, ...FIGURES.map((name) => ({ name, isNumber: true }))];
  return section(id, heading, table("Processes", columns, rows), workTable(result));
}

/** Prometheus counters are hundreds: those that counted something, behind a click. */
function workTable({ resources }: RunResult): Html {
  const work = Object.entries(resources.work).filter(([, count]) => count !== 0);
  if (work.length === 0) return html``;
  const rows = work.map(([name, count]) => [html`<code>${name}</code>`, quantity(count, "count")]);
  const columns = [{ name: "Counter" }, { name: "Count", isNumber: true }];
  return html`<details><summary>What the target counted: ${work.length} counters</summary>${table(
    "Over the measured part",
    columns,
    rows,
  )}</details>`;
}
