import { facts, type Html, html } from "../../page/html.ts";
import { problemList } from "../../page/problems.ts";
import type { ShownLetter } from "../../sources/dead-letters.ts";
import type { ReplayPreview } from "./preview.ts";

export interface LetterData {
  readonly letter: ShownLetter;
  readonly preview: ReplayPreview;
  readonly may_replay: boolean;
}

/** A letter, what its replay would do, and the button for it where that is allowed. */
export function letterPage({ letter, preview, may_replay }: LetterData): Html {
  const { letter_id, queue, subject, post_id, reason, time } = letter;
  const { effect, viewers_looked_at, would_get_it, would_not_change, problems } = preview;
  const about =
    post_id === undefined ? subject : html`<a href="/console/post/${post_id}">${subject}</a>`;
  return html`${facts([
    ["About", about],
    ["Queue", queue],
    ["Reason", reason],
    ["Given up", time ?? "by the broker"],
  ])}
<section><h2>What a replay does</h2>
${problemList(problems)}
<p>One message goes into ${queue}. ${effect}</p>
${viewers_looked_at > 0 && html`<p>Of ${viewers_looked_at} viewers it is for, ${would_get_it} would see a change; ${would_not_change} would not.</p>`}
${
  may_replay
    ? html`<form method="post" action="/console/queues/letter/${letter_id}/replay"><button type="submit">Replay it now</button></form>`
    : html`<p class="hint">This console only reads. <code>TIDINGS_CONSOLE_REPLAY=true</code> lets it replay; so does <code>npm run dead-letters -- replay${post_id !== undefined && ` --post ${post_id}`}</code>.</p>`
}</section>`;
}
