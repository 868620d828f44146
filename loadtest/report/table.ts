import { type Content, type Html, html } from "./html.ts";
import type { Badge } from "./report-kind.ts";

export interface Column {
  readonly name: string;
  /** Numbers stand to the right. */
  readonly isNumber?: boolean;
}

/** A table with its caption; on a narrow screen it scrolls inside its own box. The first cell names the row. */
export function table(
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly Content[])[],
): Html {
  const kind = ({ isNumber }: Column) => isNumber && html` class="number"`;
  const cell = (content: Content, i: number) =>
    i === 0 ? html`<th scope="row">${content}</th>` : html`<td${kind(columns[i])}>${content}</td>`;
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0">
    <table>
      <caption><span>${caption}</span></caption>
      <thead><tr>${columns.map((column) => html`<th scope="col"${kind(column)}>${column.name}</th>`)}</tr></thead>
      <tbody>${rows.map((row) => html`<tr>${row.map(cell)}</tr>`)}</tbody>
    </table>
  </div>`;
}

/** Names and what they are, for facts that are no table. */
export function facts(pairs: readonly (readonly [name: string, value: Content])[]): Html {
  const shown = pairs.filter(([, value]) => value !== undefined && value !== "");
  return html`<dl class="facts">${shown.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
}

/** An instant as people write it, in UTC; as it is given when it is none. */
export function dateText(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  const style = { dateStyle: "long", timeStyle: "short", timeZone: "UTC" } as const;
  return `${date.toLocaleString("en-GB", style)} UTC`;
}

/** What came of it, in a word, with what there is to say about that; above all else of a result. */
export function verdictSection({ word, tone }: Badge, ...content: readonly Content[]): Html {
  return html`<section class="verdict ${tone}" aria-label="Verdict">
    <p class="word">${word}</p>
    ${content}
  </section>`;
}

/** All of something, behind a click. */
export function jsonDetails(summary: string, value: unknown): Html {
  const text = JSON.stringify(value, null, 2);
  return html`<details><summary>${summary}</summary><pre tabindex="0">${text}</pre></details>`;
}

/** Sentences, one each; nothing when there are none. */
export function sentences(list: readonly Content[], name?: string): Html {
  if (list.length === 0) return html``;
  return html`<ul${name !== undefined && html` class="${name}"`}>${list.map((one) => html`<li>${one}</li>`)}</ul>`;
}

/** A part of a result with its heading; `id` for the list of contents. */
export function section(id: string, heading: string, ...content: readonly Content[]): Html {
  return html`<section id="${id}"><h3>${heading}</h3>${content}</section>`;
}

/** Links to the parts of a long result. */
export function contents(parts: readonly (readonly [id: string, heading: string])[]): Html {
  return html`<nav class="contents" aria-label="Parts of this result"><ul>${parts.map(
    ([id, heading]) => html`<li><a href="#${id}">${heading}</a></li>`,
  )}</ul></nav>`;
}
