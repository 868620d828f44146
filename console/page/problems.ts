import { type Html, html } from "./html.ts";

/** What could not be read, above what could. */
export function problemList(problems: readonly string[]): Html {
  if (problems.length === 0) return html``;
  return html`<div class="problems" role="alert"><p>Some of it is not known now:</p>
<ul>${problems.map((problem) => html`<li>${problem}</li>`)}</ul></div>`;
}
