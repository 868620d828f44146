import { type Figures, type Times, troublesOf } from "../figures-of.ts";
import { tagsText } from "../tags-of.ts";

const TIMES: readonly (keyof Times)[] = ["p50", "p90", "p95", "p99", "p999", "max"];
const COUNTS = ["intended", "sent", "ok", "failed", "timeouts", "notSent"] as const;

/** One row an operation (RFC 4180): counts, then percentiles in ms; a field that is not known is empty. */
export function csvOf(runs: readonly Figures[]): string {
  const kinds = ["response", "answered", "service", "lateness"] as const;
  const head = [
    "scenario",
    "started_at",
    "outcome",
    "operation",
    ...COUNTS.map(snake),
    "sent_per_second",
    ...kinds.flatMap((kind) => TIMES.map((time) => `${kind}_${time}_ms`)),
    "tags",
    "failures",
  ];
  const rows = runs.flatMap(({ scenario, startedAt, outcome, operations }) =>
    operations.map((operation) => [
      scenario,
      startedAt,
      outcome,
      operation.name,
      ...COUNTS.map((count) => operation[count]),
      operation.sentPerSecond,
      ...kinds.flatMap((kind) => TIMES.map((time) => operation[kind][time])),
      tagsText(operation.tags),
      troublesOf(operation),
    ]),
  );
  return [head, ...rows].map((row) => `${row.map(field).join(",")}\r\n`).join("");
}

function snake(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function field(value: string | number | undefined): string {
  if (value === undefined) return "";
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
