import type { OperationRecord } from "../../measure/operation-record.ts";
import { failedShare } from "../../measure/operation-record.ts";
import { statusName, whyUnsent } from "../../results/status-name.ts";
import { tagsOf, tagsText } from "../../results/tags-of.ts";
import { type Content, type Html, html } from "../html.ts";
import { quantity } from "../quantities.ts";
import { section, sentences, table } from "../table.ts";
import { plainCells, QUANTILES, quantileCells, whyCells } from "./judged.ts";
import type { RunView } from "./run-view.ts";

const COUNTS = [
  ["Intended", "intended"],
  ["Sent", "sent"],
  ["OK", "ok"],
  ["Failed", "failed"],
  ["Timeout", "timeout"],
  ["Not sent", "notSent"],
  ["Skipped", "skipped"],
] as const;

const WAITS = [
  ["predecessor", "its session's step before"],
  ["slot", "a stream slot"],
  ["flow", "flow control"],
] as const;

/** Every operation: how often, how long, and what it waited for. */
export function operations(view: RunView, id: string): Html {
  const all = view.measured.operations;
  if (all.length === 0) {
    return section(id, "Operations", html`<p class="nothing">There were none.</p>`);
  }
  const tags = tagsOf(view.result.scenario).map(tagsText);
  return section(id, "Operations", timesTable(all), countsTable(all, tags), waitsTable(all));
}

function timesTable(all: readonly OperationRecord[]): Html {
  const columns = [
    { name: "Operation" },
    { name: "Time" },
    ...QUANTILES.map(({ name }) => ({ name, isNumber: true })),
  ];
  const rows = all.flatMap(({ name, response, answered, service, lateness }): Content[][] => [
    [name, "response", ...quantileCells(response, lateness)],
    ...(answered.totalCount > 0 && answered.totalCount < response.totalCount
      ? [[name, "good answers only", ...quantileCells(answered, lateness)]]
      : []),
    [name, "service", ...plainCells(service)],
    [name, "lateness", ...plainCells(lateness)],
  ]);
  const why = all.flatMap(({ name, response, lateness }) =>
    whyCells(`${name} response`, response, lateness),
  );
  return html`<p class="hint">Response: from the intended send to a good answer; without one,
    at least the timeout. Service: from the frame written until the answer was read; a late send does not
    lengthen it, a late reader does. Lateness: what the generator itself added.</p>${table("How long it took", columns, rows)}${sentences(why, "why")}`;
}

/** `tags` of each, where its scenario gives any. */
function countsTable(all: readonly OperationRecord[], tags: readonly string[]): Html {
  const hasTags = tags.some((text) => text !== "");
  const columns = [
    { name: "Operation" },
    ...(hasTags ? [{ name: "Tags" }] : []),
    ...COUNTS.map(([name]) => ({ name, isNumber: true })),
    { name: "No good answer", isNumber: true },
    { name: "Failed with" },
  ];
  const rows = all.map((operation, i) => [
    operation.name,
    ...(hasTags ? [tags[i]] : []),
    ...COUNTS.map(([, key]) => quantity(operation.counts[key], "count")),
    quantity(failedShare(operation), "share"),
    statusesOf(operation),
  ]);
  return table("How often", columns, rows);
}

function statusesOf(operation: OperationRecord): string {
  const failed = [...operation.statuses]
    .toSorted(([, a], [, b]) => b - a)
    .map(([code, count]) => `${statusName(code)} ${quantity(count, "count")}`);
  const why = whyUnsent(operation);
  return [...failed, ...(why === "" ? [] : [`not sent: ${why}`])].join(", ");
}

function waitsTable(all: readonly OperationRecord[]): Html {
  const columns = [
    { name: "Operation" },
    { name: "Waited for" },
    ...["Steps", "Share of sent", "Mean", "Longest"].map((name) => ({ name, isNumber: true })),
  ];
  const rows = all.flatMap(({ name, waits, counts }) =>
    WAITS.filter(([key]) => waits[key].count > 0).map(([key, what]) => {
      const { count, totalMicros, maxMicros } = waits[key];
      return [
        name,
        what,
        quantity(count, "count"),
        quantity(count / counts.sent, "share"),
        quantity(totalMicros / count, "micros"),
        quantity(maxMicros, "micros"),
      ];
    }),
  );
  if (rows.length === 0)
    return html`<p class="nothing">No step waited for anything but its answer.</p>`;
  return table(
    "What steps waited for besides their answer (part of the response time)",
    columns,
    rows,
  );
}
