import { figureRow } from "../../../loadtest/report/figures.ts";
import { quantity } from "../../../loadtest/report/quantities.ts";
import { type Column, type Html, html, table } from "../../page/html.ts";
import type { MapEdge, MapProcess, MeshMap } from "./map.ts";
import { mapPicture } from "./map-picture.ts";

/** The whole mesh on one page. */
export function mapPage(map: MeshMap): Html {
  const { lag, processes, edges, window_seconds, dead_letters } = map;
  const well = processes.filter(({ state }) => state === "serving" || state === "up").length;
  const figures = [
    { name: "Lag, p50", value: quantity(lag.p50_seconds, "seconds"), note: "until it can be read" },
    { name: "Lag, p99", value: quantity(lag.p99_seconds, "seconds"), note: "the objective: 1 s" },
    { name: "Processes well", value: `${well} of ${processes.length}` },
    {
      name: "Dead letters",
      value: html`<a href="/console/queues">${quantity(dead_letters, "count")}</a>`,
    },
  ];
  return html`${figureRow(figures)}
<p class="hint">Rates and times are those of the last ${quantity(window_seconds, "seconds")}.</p>
${mapPicture(map)}
${table("What flows", EDGE_COLUMNS, edges.map(edgeRow))}
${table("Processes", PROCESS_COLUMNS, processes.map(processRow))}`;
}

const EDGE_COLUMNS: readonly Column[] = [
  { name: "From" },
  { name: "To" },
  { name: "What" },
  { name: "Rate", isNumber: true },
  { name: "Failed", isNumber: true },
  { name: "p50", isNumber: true },
  { name: "p99", isNumber: true },
  { name: "Waiting", isNumber: true },
];

function edgeRow(edge: MapEdge) {
  return [
    edge.from,
    edge.to,
    edge.what,
    quantity(edge.per_second, "perSecond"),
    quantity(edge.failed_per_second, "perSecond"),
    quantity(edge.p50_seconds, "seconds"),
    quantity(edge.p99_seconds, "seconds"),
    quantity(edge.waiting, "count"),
  ];
}

const PROCESS_COLUMNS: readonly Column[] = [
  { name: "Process" },
  { name: "State" },
  { name: "CPU of a core", isNumber: true },
  { name: "Memory", isNumber: true },
  { name: "Event loop, p99", isNumber: true },
  { name: "Work that waits or runs" },
];

function processRow(process: MapProcess) {
  const { label, state, why, pending } = process;
  const waiting = Object.entries(pending).filter(([, count]) => count > 0);
  const work = waiting.map(
    ([name, count]) => `${quantity(count, "count")} ${name.replaceAll("_", " ")}`,
  );
  return [
    label,
    html`<span class="state ${state.replace(" ", "-")}">${state}</span>${why && `: ${why}`}`,
    quantity(process.cpu_share, "share"),
    quantity(process.memory_bytes, "bytes"),
    quantity(process.event_loop_p99_seconds, "seconds"),
    work.join(", ") || "none",
  ];
}
