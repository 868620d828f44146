import { gzipSync } from "node:zlib";
import { type Result, ResultError } from "../results/read-result.ts";
import { Html, html } from "./html.ts";
import { REPORT_KINDS } from "./kinds.ts";
import { type PageAssets, readPageAssets } from "./page-assets.ts";
import type { Badge, ReportKind } from "./report-kind.ts";

/** A result, and the name of the file that it came from. */
export interface NamedResult {
  readonly file: string;
  readonly result: Result;
}

/**
 * One page with everything in it: it asks nothing of any network, and hands the results out again as they
 * were. Throws a ResultError for a result that can't be shown.
 */
export function renderPage(results: readonly NamedResult[]): string {
  const assets = readPageAssets();
  const parts = results.map((named, i) => partOf(named, `result-${i + 1}`));
  return `<!doctype html>\n${documentOf(parts, assets).text}\n`;
}

interface Part {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  readonly badge: Badge;
  readonly body: Html;
  readonly data: Html;
  readonly button: Html;
}

function partOf({ file, result }: NamedResult, id: string): Part {
  const kind = REPORT_KINDS[result.kind] as ReportKind<Result>;
  return {
    id,
    kind: kind.name,
    title: kind.title(result),
    badge: kind.badge(result),
    body: bodyOf(kind, { file, result }, id),
    data: packed(result, `${id}-json`),
    button: html`<button type="button" hidden data-result="${id}-json" data-file="${file}">Download ${file}</button>`,
  };
}

function bodyOf(kind: ReportKind<Result>, { file, result }: NamedResult, id: string): Html {
  try {
    return kind.body(result, id);
  } catch (error) {
    throw error instanceof ResultError ? new ResultError(`${file}: ${error.message}`) : error;
  }
}

/** Compressed: the series of a long run have some MB, and a page is sent around. */
function packed(result: Result, id: string): Html {
  const text = gzipSync(JSON.stringify(result), { level: 9 }).toString("base64");
  return html`<script type="application/gzip" id="${id}">${text}</script>`;
}

function documentOf(parts: readonly Part[], { style, script, policy, licence }: PageAssets): Html {
  const title = parts.map((part) => part.title).join(", ");
  return html`<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Tidings load report</title>
<link rel="icon" href="data:,">
${new Html(`<!--\n${licence.replaceAll("--", "- -")}-->`)}
${new Html(`<style>${style}</style>`)}
</head>
<body>
<header class="page">
  <h1>Tidings load report</h1>
  ${parts.length > 1 && overview(parts)}
</header>
<noscript><p class="page">The charts and the downloads need scripts; they are all in this file.</p></noscript>
<main>
${parts.map(article)}
</main>
${new Html(`<script type="module">${script}</script>`)}
</body>
</html>`;
}

function overview(parts: readonly Part[]): Html {
  return html`<nav aria-label="Results"><ol class="overview">${parts.map(
    ({ id, kind, title, badge }) =>
      html`<li><a href="#${id}">${title}</a> <span class="kind">${kind}</span> ${badgeText(badge)}</li>`,
  )}</ol></nav>`;
}

function article({ id, kind, title, body, data, button }: Part): Html {
  return html`<article id="${id}">
  <p class="kind">${kind}</p>
  <h2>${title}</h2>
  ${body}
  <section><h3>Data</h3>
  <p>The whole result is in this page, as JSON; its histograms are in the standard text form of HdrHistogram.</p>
  ${button}${data}</section>
</article>`;
}

function badgeText({ word, tone }: Badge): Html {
  return html`<span class="badge ${tone}">${word}</span>`;
}
