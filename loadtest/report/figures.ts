import { type Content, type Html, html } from "./html.ts";

export interface Figure {
  readonly name: string;
  readonly value: Content;
  /** What it is to be read against. */
  readonly note?: Content;
}

/** A few numbers that say most, in one row where there is room. */
export function figureRow(figures: readonly Figure[]): Html {
  return html`<dl class="figures">${figures.map(
    ({ name, value, note }) =>
      html`<div><dt>${name}</dt><dd>${value}${note !== undefined && html`<small>${note}</small>`}</dd></div>`,
  )}</dl>`;
}
