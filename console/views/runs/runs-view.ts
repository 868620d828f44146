import type { LiveMs } from "../../../loadtest/live/live-sample.ts";
import { renderPage } from "../../../loadtest/report/page.ts";
import { readPageAssets } from "../../../loadtest/report/page-assets.ts";
import { quantity } from "../../../loadtest/report/quantities.ts";
import type { Clock } from "../../../services/platform/clock/clock.ts";
import { type Html, html, table } from "../../page/html.ts";
import type { View } from "../view.ts";
import { kindOf, type Runs, readRun, readRuns } from "./read-runs.ts";

export interface RunSources {
  readonly runsDir: string;
  readonly clock: Clock;
}

/** /console/runs: load runs that go on, and what came of others. */
export function runsView({ runsDir, clock }: RunSources): View {
  return {
    path: "/runs",
    name: "Load runs",
    refreshSeconds: 2,
    open: async () => {
      const data = await readRuns(runsDir, clock.nowMs());
      return { title: "Load runs", data, body: runsPage(data) };
    },
  };
}

/** /console/runs/FILE: the report of a run, as the load toolkit draws it. */
export function runView({ runsDir }: Pick<RunSources, "runsDir">): View {
  return {
    path: "/runs/:run",
    open: async ({ params: { run = "" } }) => {
      const result = await readRun(runsDir, run);
      const { name, title, badge } = kindOf(result);
      return {
        title: `${name}: ${title(result)}`,
        data: result,
        body: html`<p>${badge(result).word}</p>`,
        page: { text: renderPage([{ file: run, result }]), policy: readPageAssets().policy },
      };
    },
  };
}

function runsPage({ live, results, folder }: Runs): Html {
  return html`<section><h2>Going on now</h2>
${live.length === 0 ? html`<p>No run goes on that writes into ${folder}/live.</p>` : live.map(liveRun)}</section>
<section><h2>Results</h2>${resultTable(results, folder)}</section>`;
}

function liveRun({ pid, frame }: Runs["live"][number]): Html {
  const { name, atSecond, seconds, isWarmUp, operations, thresholds } = frame;
  const columns = [
    { name: "Operation" },
    ...["Sent", "Good", "Not good", "p50", "p99", "Slowest", "Late, p99"].map((column) => {
      return { name: column, isNumber: true };
    }),
  ];
  const ms = (value: LiveMs) =>
    value === "INVALID"
      ? html`<strong class="invalid">INVALID</strong>`
      : quantity(value === undefined ? undefined : value * 1_000, "micros");
  const rows = operations.map((one) => [
    one.name,
    quantity(one.perSecond, "perSecond"),
    ...[quantity(one.ok, "count"), quantity(one.failed, "count")],
    ...[ms(one.p50Ms), ms(one.p99Ms), ms(one.maxMs), ms(one.latenessMs)],
  ]);
  const share = Math.min(100, Math.round((atSecond / Math.max(1, seconds)) * 100));
  return html`<p><strong>${name}</strong> (process ${pid}): second ${Math.floor(atSecond)} of ${seconds}${isWarmUp && ", warm-up"}
<progress max="100" value="${share}" aria-label="Progress of ${name}">${share}%</progress></p>
<ul>${thresholds.map(({ text, stands }) => html`<li>${text}: ${STANDS[stands]}</li>`)}</ul>
${table("So far", columns, rows)}`;
}

const STANDS = {
  holds: "holds so far",
  broken: "broken so far",
  unknown: "not known yet",
} as const;

function resultTable(results: Runs["results"], folder: string): Html {
  if (results.length === 0) return html`<p>There are none in ${folder}.</p>`;
  const columns = [{ name: "Report" }, { name: "Written" }, { name: "Size", isNumber: true }];
  const rows = results.map(({ file, written, bytes }) => [
    html`<a href="/console/runs/${file}">${file}</a>`,
    written,
    quantity(bytes, "bytes"),
  ]);
  return table("Newest first", columns, rows);
}
