import { quantity } from "../../../loadtest/report/quantities.ts";
import { type Column, facts, type Html, html, table } from "../../page/html.ts";
import { problemList } from "../../page/problems.ts";
import type { Hop, LifeStep } from "./life.ts";
import type { Holder, PostLife } from "./read-post.ts";

/** One post's life, from its acceptance to whoever has it. */
export function postPage(life: PostLife): Html {
  return html`${facts([
    ["State", STATES[life.state]],
    ["Author", personLink(life.author_id)],
    ["Accepted", life.create_time],
    ["Text", life.state === "found" ? `${life.text_bytes} bytes; operators are not shown it` : ""],
    ["Friends of the author", life.author_id === null ? "" : quantity(life.friend_count, "count")],
  ])}
${problemList(life.problems)}
${life.hops.length > 0 && html`<section><h2>Lag by hop</h2>${hopPicture(life.hops)}</section>`}
<section><h2>Its way</h2>
${table("Steps that are remembered", STEP_COLUMNS, life.steps.map(stepRow))}
<p class="hint">${rememberedText(life)}</p></section>
${life.dead_letters.length > 0 && letters(life)}
<section><h2>Who has it</h2>${holders(life)}</section>`;
}

function personLink(id: string | null) {
  return id === null ? "" : html`<a href="/console/person/${id}">${id}</a>`;
}

const STATES: Readonly<Record<PostLife["state"], string>> = {
  found: "there",
  deleted: "deleted by its author, hidden or erased",
  unknown: "there is no such post: none was ever stored, or its author was erased",
  "not known now": "the post service does not answer",
};

const STEP_WORDS: Readonly<Record<LifeStep["step"], string>> = {
  accepted: "accepted: the time in its id",
  stored: "stored: durable, and its author was told",
  relayed: "relayed: the bus confirmed its event",
  taken: "taken by a worker",
  "left-to-readers": "not pushed: its readers fetch it",
  cut: "cut: its author's friends are known",
  chunked: "cut into chunks: a long list of friends",
  parked: "parked: an owner takes nothing now",
  appended: "appended: logged by an owner, readable",
  delivered: "delivered: durable wherever it had to go",
  "given-up": "given up: a dead letter",
};

const STEP_COLUMNS: readonly Column[] = [
  { name: "Step" },
  { name: "Where" },
  { name: "Viewers", isNumber: true },
  { name: "After acceptance", isNumber: true },
  { name: "After the step before", isNumber: true },
  { name: "Time" },
];

function stepRow(step: LifeStep) {
  const { deletion, count, process, time } = step;
  return [
    `${deletion ? "deletion " : ""}${STEP_WORDS[step.step]}`,
    process,
    count === 0 ? "" : quantity(count, "count"),
    msText(step.after_ms),
    msText(step.since_previous_ms),
    time,
  ];
}

function msText(ms: number): string {
  return `${ms < 0 ? "-" : ""}${quantity(Math.abs(ms) / 1_000, "seconds")}`;
}

function rememberedText({ remembered_since }: PostLife): string {
  const known = Object.entries(remembered_since).map(
    ([process, since]) => `${process} since ${since}`,
  );
  const who =
    known.length === 0 ? "No process answers that keeps steps." : `Kept by ${known.join(", ")}.`;
  return `${who} Each process keeps its newest 65,536 steps, by its own clock; older posts have what is durable alone.`;
}

const BAR = { width: 720, height: 26, gap: 8, name: 200 };

/** Hops below each other, each where it lies in time. */
function hopPicture(hops: readonly Hop[]): Html {
  const totalMs = Math.max(
    1,
    hops.reduce((sum, { ms }) => sum + Math.max(0, ms), 0),
  );
  const height = hops.length * (BAR.height + BAR.gap);
  let startMs = 0;
  const bars = hops.map(({ from, to, ms }, i) => {
    const x = BAR.name + (startMs / totalMs) * (BAR.width - BAR.name - 80);
    const width = Math.max(2, (Math.max(0, ms) / totalMs) * (BAR.width - BAR.name - 80));
    const y = i * (BAR.height + BAR.gap);
    startMs += Math.max(0, ms);
    return html`<text x="0" y="${y + 18}">${from} → ${to}</text>
<rect class="hop" x="${x.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="${BAR.height}" rx="3"/>
<text x="${(x + width + 6).toFixed(1)}" y="${y + 18}">${msText(ms)}</text>`;
  });
  const title = hops.map(({ from, to, ms }) => `${from} to ${to}: ${msText(ms)}.`).join(" ");
  return html`<div class="scroll hops" role="region" aria-label="Lag by hop" tabindex="0">
<svg viewBox="0 0 ${BAR.width} ${height}" width="${BAR.width}" height="${height}" role="img" aria-label="${title}">${bars}</svg></div>`;
}

function letters({ dead_letters }: PostLife): Html {
  const columns = [{ name: "Queue" }, { name: "What" }, { name: "Reason" }, { name: "When" }];
  const rows = dead_letters.map(({ queue, subject, reason, time }) => [
    ...[queue, subject, reason, time ?? "the broker gave it up"],
  ]);
  return html`<section><h2>Dead letters</h2>${table("Given up on its way", columns, rows)}
<p><a href="/console/queues">Dead letters, and what a replay does</a></p></section>`;
}

const HOLDER_COLUMNS: readonly Column[] = [
  { name: "Viewer" },
  { name: "Has it" },
  { name: "Where, or why not" },
  { name: "Timeline" },
  { name: "Shard", isNumber: true },
  { name: "Owner" },
];

function holders(life: PostLife): Html {
  const { post_id, holders: all, friend_count, next_friend_id } = life;
  if (all.length === 0) return html`<p>Nobody is known who should have it.</p>`;
  const having = all.filter(({ has_it }) => has_it).length;
  const of = all.length === friend_count ? "" : `, of ${quantity(friend_count, "count")} in all`;
  const found =
    life.state === "deleted"
      ? html`<p>Nobody is shown it any more. Entries that are left of it are no fault: pages leave them out.</p>`
      : html`<p>${having} of these ${all.length} friends${of}${of && ","} find it on their timeline now.</p>`;
  return html`${found}
${table("Friends of the author", HOLDER_COLUMNS, all.map(holderRow))}
${next_friend_id !== null && html`<p><a href="/console/post/${post_id}?from=${next_friend_id}">The friends that follow</a></p>`}`;
}

function holderRow(holder: Holder) {
  const { viewer_id, has_it, why, timeline, shard, owner } = holder;
  return [
    personLink(viewer_id),
    html`<span class="state ${has_it ? "serving" : "not-serving"}">${has_it ? "yes" : "no"}</span>`,
    why,
    timeline,
    shard,
    owner || "nobody",
  ];
}
