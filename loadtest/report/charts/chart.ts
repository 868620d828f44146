import { present } from "../../../services/model/invariant.ts";
import { type Html, html, jsonInScript } from "../html.ts";
import { quantity } from "../quantities.ts";
import type { ChartLine, ChartSpec } from "./chart-spec.ts";

/** Digits that a screen can show. */
const DIGITS = 5;

/** A chart, with a text of what it shows for those who can't see it; a sentence when there is nothing. */
export function chart(spec: ChartSpec, note?: string): Html {
  const lines = spec.lines.filter(hasValues);
  return html`<figure class="chart">
    <figcaption>${spec.title}${axisNote(spec)}</figcaption>
    ${lines.length === 0 ? html`<p class="nothing">Nothing was recorded.</p>` : drawing({ ...spec, lines })}
    ${note !== undefined && html`<p class="note">${note}</p>`}
  </figure>`;
}

/** Charts side by side where there is room. */
export function charts(all: readonly Html[]): Html {
  return html`<div class="charts">${all}</div>`;
}

function drawing(spec: ChartSpec): Html {
  return html`<p class="unseen">${inWords(spec)}</p>
    <div class="plot" aria-hidden="true"></div>
    <script type="application/json">${jsonInScript(rounded(spec))}</script>`;
}

function axisNote({ y }: ChartSpec): Html {
  return html` <span class="axis">${y.label}${y.isLogarithmic && ", logarithmic"}</span>`;
}

function hasValues({ values }: ChartLine): boolean {
  return values.some((value) => value !== null);
}

function inWords({ title, x, y, lines, marks, band }: ChartSpec): string {
  const ranges = lines.map(({ label, values }) => {
    const known = values.filter((value) => value !== null);
    const low = known.reduce((a, b) => Math.min(a, b));
    const high = known.reduce((a, b) => Math.max(a, b));
    return `${label}: ${quantity(low, y.unit)} to ${quantity(high, y.unit)}`;
  });
  const events = marks.map(({ at, text }) => `${text} at ${quantity(at, x.unit)}`);
  return [
    `Chart of ${title} (${y.label}) over ${x.label}.`,
    `${ranges.join("; ")}.`,
    ...(events.length > 0 ? [`Events: ${events.join("; ")}.`] : []),
    ...(band
      ? [`${band.text}: ${quantity(band.from, x.unit)} to ${quantity(band.to, x.unit)}.`]
      : []),
  ].join(" ");
}

function rounded(spec: ChartSpec): ChartSpec {
  const round = (value: number | null) =>
    value === null || Number.isInteger(value) ? value : Number(value.toPrecision(DIGITS));
  return {
    ...spec,
    at: spec.at.map((at) => present(round(at))),
    lines: spec.lines.map((line) => ({ ...line, values: line.values.map(round) })),
  };
}
