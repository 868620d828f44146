import type { InspectedEntry, Inspection } from "../../../tools/timeline/inspection.ts";
import { type Column, facts, type Html, html, table } from "../../page/html.ts";

/** What is known of a timeline, and a page of it. */
export function personPage(found: Inspection): Html {
  const { viewer_id, state, entries, degraded, next_page_token } = found;
  const bySource = Map.groupBy(entries, ({ source }) => source);
  const counts = [...bySource].map(([source, all]) => `${all.length} from the ${source}`);
  return html`${facts(found.facts)}
<section><h2>Entries</h2>
${state === "inactive" && html`<p>No page is read: it would fill the timeline. The person's own next read does.</p>`}
${degraded.length > 0 && html`<p class="problems">This page may lack something: ${degraded.join(", ")}.</p>`}
${
  entries.length > 0 &&
  html`<p>Of these ${entries.length}, ${counts.join(", ")}.</p>
${table("Newest first", COLUMNS, entries.map(entryRow))}`
}
${next_page_token !== "" && html`<p><a href="/console/person/${viewer_id}?token=${next_page_token}">The entries below</a></p>`}
${entries.length > 0 && next_page_token === "" && html`<p>The feed ends here.</p>`}</section>`;
}

const COLUMNS: readonly Column[] = [
  { name: "Post" },
  { name: "Author" },
  { name: "Where it lies" },
  { name: "Time" },
];

function entryRow({ post_id, author_id, create_time, source }: InspectedEntry) {
  return [
    html`<a href="/console/post/${post_id}">${post_id}</a>`,
    html`<a href="/console/person/${author_id}">${author_id}</a>`,
    source,
    create_time,
  ];
}
