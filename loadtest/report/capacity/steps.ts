import type { CapacityResult, CapacityStep } from "../../capacity/capacity-result.ts";
import { type Content, type Html, html } from "../html.ts";
import { quantity } from "../quantities.ts";
import { section, sentences, table } from "../table.ts";

const OUTCOMES = {
  held: html`<span class="good">● held</span>`,
  failed: html`<strong class="bad">✕ failed</strong>`,
  inconclusive: html`<span>○ inconclusive</span>`,
} as const;

const MAX_FIGURES = 3;

/** Every step, in the order in which they were made. */
export function stepsTable({ steps, unit }: CapacityResult): Html {
  const names = [...new Set(steps.flatMap(({ figures }) => Object.keys(figures)))]
    .filter((name) => name.includes("p99"))
    .slice(0, MAX_FIGURES);
  const hasWhy = steps.some(({ why }) => why !== undefined);
  const columns = [
    { name: "Step" },
    { name: unit, isNumber: true },
    { name: "For", isNumber: true },
    { name: "Phase" },
    { name: "Outcome" },
    ...names.map((name) => ({ name, isNumber: true })),
    { name: "CPU, cores", isNumber: true },
    ...(hasWhy ? [{ name: "Why it was tried" }] : []),
  ];
  const rows = steps.map((step, i): readonly Content[] => [
    String(i + 1),
    quantity(step.load, "count"),
    quantity(step.seconds, "seconds"),
    step.phase,
    OUTCOMES[step.outcome],
    ...names.map((name) => quantity(microsOf(step, name), "micros")),
    quantity(coresOf(step), "cores"),
    ...(hasWhy ? [html`<div class="sentence">${step.why ?? ""}</div>`] : []),
  ]);
  return html`${table("Steps, in their order", columns, rows)}
    ${sentences(steps.flatMap(reasonsOf))}`;
}

function reasonsOf(
  { reasons, said = [], atLimit = [] }: CapacityStep,
  i: number,
): readonly string[] {
  const all = [...reasons, ...said, ...atLimit.map((what) => `At its limit: ${what}.`)];
  return all.length === 0 ? [] : [`Step ${i + 1}: ${all.join(" ")}`];
}

/** What each process used at the highest confirmed load: what the headline rests on. */
export function costTable(
  { steps, confirmed, unit, costMicros }: CapacityResult,
  id: string,
): Html {
  const held = steps.filter(({ load, outcome }) => load === confirmed && outcome === "held");
  const labels = [
    ...new Set([...held.flatMap(({ cpu }) => Object.keys(cpu)), ...Object.keys(costMicros ?? {})]),
  ];
  if (confirmed === undefined || labels.length === 0) return html``;
  const rows = labels.map((label) => {
    const cores = held.reduce((sum, { cpu }) => sum + (cpu[label] ?? 0), 0) / held.length;
    return [label, quantity(cores, "cores"), quantity(costMicros?.[label], "micros")];
  });
  const columns = [
    { name: "Process" },
    { name: "Cores, mean", isNumber: true },
    { name: "CPU for one good answer", isNumber: true },
  ];
  const caption = `At ${quantity(confirmed, "count")} ${unit}, over ${held.length} steps that held`;
  return section(id, "What it costs", table(caption, columns, rows));
}

/** CPU seconds a second of all processes; undefined when none is known. */
export function coresOf({ cpu }: CapacityStep): number | undefined {
  const shares = Object.values(cpu);
  return shares.length === 0 ? undefined : shares.reduce((sum, share) => sum + share, 0);
}

/** A figure of a step, us. */
export function microsOf({ figures }: CapacityStep, name: string): number | undefined {
  const millis: number | null | undefined = figures[name]; // NaN is null in JSON
  return millis === undefined || millis === null ? undefined : millis * 1000;
}
