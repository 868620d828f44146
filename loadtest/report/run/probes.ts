import { type Html, html } from "../html.ts";
import { quantity } from "../quantities.ts";
import { section, sentences, table } from "../table.ts";
import { QUANTILES, quantileCells, whyCells } from "./judged.ts";
import type { RunView } from "./run-view.ts";

/** What was measured besides the operations: lag, and what probes, or checks on answers, counted and have to say. */
export function probes({ measured, result }: RunView, id: string): Html {
  const isMesh = result.target.kind !== "any";
  const { distributions, counters } = measured;
  const named = [...distributions];
  const times = table(
    "Times",
    [{ name: "What" }, ...QUANTILES.map(({ name }) => ({ name, isNumber: true }))],
    named.map(([name, { values, lateness }]) => [name, ...quantileCells(values, lateness)]),
  );
  const why = named.flatMap(([name, { values, lateness }]) => whyCells(name, values, lateness));
  const counted = [...counters].filter(([, count]) => count !== 0);
  const zero = [...counters.keys()].filter((name) => counters.get(name) === 0);
  const counts = table(
    "Counts",
    [{ name: "What" }, { name: "Count", isNumber: true }],
    counted.map(([name, count]) => [name, quantity(count, "count")]),
  );
  return section(
    id,
    isMesh ? "Seen by probes" : "Seen besides",
    named.length > 0 && times,
    sentences(why, "why"),
    counted.length > 0 && counts,
    zero.length > 0 && html`<p>Zero: ${zero.join(", ")}.</p>`,
    sentences(result.probes),
    named.length + counters.size + result.probes.length === 0 &&
      html`<p class="nothing">${isMesh ? "No probe watched." : "Nothing."}</p>`,
  );
}
