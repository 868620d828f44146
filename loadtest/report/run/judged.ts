import { type Histogram, quantile } from "../../measure/histogram.ts";
import { type JudgedTime, judgeQuantile, rangeOf } from "../../measure/validity.ts";
import { type Html, html } from "../html.ts";
import { quantity } from "../quantities.ts";

/** The quantiles of every table. */
export const QUANTILES = [
  { name: "p50", q: 0.5 },
  { name: "p90", q: 0.9 },
  { name: "p99", q: 0.99 },
  { name: "p99.9", q: 0.999 },
  { name: "max", q: 1 },
] as const;

/** A time; one that the generator was too late to know is no number: between which it lies is known. */
export function judgedTime(time: JudgedTime): Html {
  if (time.count === 0) return html`–`;
  if (time.valid) return html`${quantity(time.micros, "micros")}`;
  const [least, most] = rangeOf(time).map((micros) => quantity(micros, "micros"));
  return html`<strong class="invalid">INVALID</strong> ${least} to ${most}`;
}

/** Why a time is no number, and nothing when it is one. */
export function whyInvalid({
  valid,
  count,
  latenessMicros,
  allowedMicros,
}: JudgedTime): string | undefined {
  if (valid) return undefined;
  if (count === 0) return "nothing was measured there";
  const late = quantity(latenessMicros, "micros");
  return `the generator itself was ${late} late there, and ${quantity(allowedMicros, "micros")} is allowed`;
}

/** One cell for each of QUANTILES, of what is not judged itself. */
export function plainCells(values: Histogram): readonly string[] {
  return QUANTILES.map(({ q }) =>
    isShown(values, q) ? quantity(quantile(values, q), "micros") : "–",
  );
}

/** One cell for each of QUANTILES; a quantile that so few can't show has a dash. */
export function quantileCells(values: Histogram, lateness: Histogram): readonly Html[] {
  return QUANTILES.map(({ q }) =>
    isShown(values, q) ? judgedTime(judgeQuantile(values, lateness, q)) : html`–`,
  );
}

/** Sentences for the cells of quantileCells that are no numbers. */
export function whyCells(name: string, values: Histogram, lateness: Histogram): readonly string[] {
  return QUANTILES.flatMap(({ name: quantileName, q }) => {
    const why = isShown(values, q) && whyInvalid(judgeQuantile(values, lateness, q));
    return why ? [`${name} ${quantileName}: ${why}.`] : [];
  });
}

function isShown({ totalCount }: Histogram, q: number): boolean {
  return totalCount > 0 && (q === 1 || totalCount * (1 - q) >= 1 - 1e-9);
}
