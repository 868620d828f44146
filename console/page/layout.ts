import type { Assets } from "./assets.ts";
import { Html, html } from "./html.ts";

export interface PageParts {
  readonly title: string;
  readonly body: Html;
  /** Where else one can go: address and name. */
  readonly navigation: readonly (readonly [address: string, name: string])[];
  /** This page's own, with its query. */
  readonly address: string;
  readonly refreshSeconds?: number | undefined;
  /** When it was read, ISO 8601. */
  readonly readAt: string;
}

/** A page of the console. */
export function pageOf(assets: Assets, parts: PageParts): string {
  const { title, body, address, refreshSeconds, readAt } = parts;
  const live = refreshSeconds !== undefined;
  return documentOf(html`${head(title, assets.style)}
${live && html`<script type="module" src="/console/live.js"></script>`}
</head>
<body>
<a class="skip" href="#content">To the content</a>
<header class="page bar">
  <p class="brand"><a href="/console">Tidings console</a></p>
  ${navigation(parts)}
  ${finder()}
</header>
<main id="content" tabindex="-1"${live && html` data-refresh="${refreshSeconds}"`}>
  <h1 class="title">${title}</h1>
  <p class="meta">Read at <time>${readAt}</time>.
    <a href="${withAs(address, "json")}">JSON</a>
    <a href="${withAs(address, "file")}">As a file</a></p>
  ${body}
</main>
<footer class="page">${live && html`<button type="button" id="live" hidden aria-pressed="true">Live: on</button>`}
<form method="post" action="/console/logout"><button type="submit">Log out</button></form></footer>
</body>
</html>`);
}

/** The same in one file that needs nothing else: with its data, and without what only a console can do. */
export function fileOf(assets: Assets, parts: PageParts, data: object): string {
  const { title, body, readAt } = parts;
  const policy = html`<meta http-equiv="Content-Security-Policy" content="${assets.offlinePolicy}">`;
  return documentOf(html`${head(title, assets.style, policy)}
</head>
<body>
<main id="content">
  <h1 class="title">${title}</h1>
  <p class="meta">From the Tidings console, read at <time>${readAt}</time>.</p>
  ${body}
  <details><summary>The same as JSON</summary><pre tabindex="0">${JSON.stringify(data, null, 2)}</pre></details>
</main>
</body>
</html>`);
}

/** A page for who has not shown the token yet, or for what went wrong. */
export function plainPage(assets: Assets, title: string, body: Html): string {
  return documentOf(html`${head(title, assets.style)}
</head>
<body><main id="content"><h1 class="title">${title}</h1>${body}</main></body>
</html>`);
}

export function loginForm(next: string, problem?: string): Html {
  return html`${problem !== undefined && html`<p class="problems" role="alert">${problem}</p>`}
<form method="post" action="/console/login" class="login">
  <input type="hidden" name="next" value="${next}">
  <input type="text" name="username" value="operator" autocomplete="username" hidden>
  <label for="token">The admin token</label>
  <input id="token" name="token" type="password" autocomplete="current-password" required autofocus>
  <button type="submit">Open the console</button>
</form>
<p class="hint">It is in the file that <code>npm start</code> names, or in that of <code>TIDINGS_CONSOLE_TOKEN_FILE</code>.</p>`;
}

function documentOf(content: Html): string {
  return `<!doctype html>\n<html lang="en">\n<head>\n${content.text}\n`;
}

function head(title: string, style: string, policy?: Html): Html {
  return html`<meta charset="utf-8">
${policy}
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Tidings console</title>
<link rel="icon" href="data:,">
${new Html(`<style>${style}</style>`)}`;
}

function navigation({ navigation: all, address }: PageParts): Html {
  const [here] = address.split("?");
  return html`<nav aria-label="Console"><ul>${all.map(
    ([to, name]) =>
      html`<li><a href="${to}"${to === here && html` aria-current="page"`}>${name}</a></li>`,
  )}</ul></nav>`;
}

function finder(): Html {
  return html`<form class="finder" action="/console/find" role="search">
  <label for="find-what">Find</label>
  <select id="find-what" name="what"><option value="post">post</option><option value="person">person</option></select>
  <label for="find-id" class="unseen">Id</label>
  <input id="find-id" name="id" inputmode="numeric" pattern="[0-9]{1,19}" placeholder="id" required>
  <button type="submit">Show</button>
</form>`;
}

function withAs(address: string, as: string): string {
  return `${address}${address.includes("?") ? "&" : "?"}as=${as}`;
}
