import { quantity } from "../../../loadtest/report/quantities.ts";
import { notFound, permissionDenied } from "../../../services/platform/grpc/errors/errors.ts";
import { type Html, html, table } from "../../page/html.ts";
import { problemList } from "../../page/problems.ts";
import { Attempts } from "../../sources/attempts.ts";
import type { DeadLetters, ShownLetter } from "../../sources/dead-letters.ts";
import type { MeshClients } from "../../sources/mesh-clients.ts";
import type { Action, View } from "../view.ts";
import { type LetterData, letterPage } from "./letter-page.ts";
import { type PreviewSources, previewReplay } from "./preview.ts";

export interface QueueSources extends PreviewSources {
  readonly bus: Pick<MeshClients["bus"], "depths">;
  readonly letters: DeadLetters;
  /** Whether a replay is allowed from here. */
  readonly mayReplay: boolean;
}

interface Queues {
  readonly queues: readonly {
    readonly queue: string;
    readonly ready: number;
    readonly unsettled: number;
  }[];
  readonly dead_letters: readonly ShownLetter[];
  readonly problems: readonly string[];
}

/** /console/queues: what waits on the bus, and what was given up. */
export function queuesView({ bus, letters }: QueueSources): View {
  return {
    path: "/queues",
    name: "Queues",
    refreshSeconds: 5,
    open: async () => {
      const attempts = new Attempts();
      const queues = (await attempts.at("queues", bus.depths())) ?? [];
      const dead_letters = (await attempts.at("dead letters", letters.list())) ?? [];
      const data: Queues = { queues, dead_letters, problems: attempts.problems };
      return { title: "Queues and dead letters", data, body: queuesPage(data) };
    },
  };
}

/** /console/queues/letter/ID: one letter, and what its replay would do. */
export function letterView(sources: QueueSources): View {
  return {
    path: "/queues/letter/:letter",
    open: async ({ params: { letter: id = "" } }) => {
      const letter = await letterOf(sources.letters, id);
      const preview = await previewReplay(letter, sources);
      const data: LetterData = { letter, preview, may_replay: sources.mayReplay };
      return { title: `Dead letter ${id}`, data, body: letterPage(data) };
    },
  };
}

/** Sends a letter through its queue again, when this console may. */
export function replayLetter({ letters, mayReplay }: QueueSources): Action {
  return {
    path: "/queues/letter/:letter/replay",
    act: async ({ letter = "" }) => {
      if (!mayReplay) {
        throw permissionDenied(
          "this console only reads: TIDINGS_CONSOLE_REPLAY=true lets it replay",
        );
      }
      if (!(await letters.replay(letter))) throw notFound("dead letter", letter);
      return "/console/queues";
    },
  };
}

async function letterOf(letters: DeadLetters, id: string): Promise<ShownLetter> {
  const found = (await letters.list()).find(({ letter_id }) => letter_id === id);
  if (!found) throw notFound("dead letter", id);
  return found;
}

function queuesPage({ queues, dead_letters, problems }: Queues): Html {
  const columns = [
    { name: "Queue" },
    { name: "Waiting", isNumber: true },
    { name: "Handed out", isNumber: true },
  ];
  const rows = queues.map(({ queue, ready, unsettled }) => [
    queue,
    quantity(ready, "count"),
    quantity(unsettled, "count"),
  ]);
  const letterColumns = [
    ...[{ name: "Letter" }, { name: "Queue" }, { name: "About" }],
    ...[{ name: "Reason" }, { name: "Given up" }],
  ];
  const letterRows = dead_letters.map(({ letter_id, queue, subject, post_id, reason, time }) => [
    html`<a href="/console/queues/letter/${letter_id}">${letter_id}</a>`,
    queue,
    post_id === undefined ? subject : html`<a href="/console/post/${post_id}">${subject}</a>`,
    reason,
    time ?? "by the broker",
  ]);
  return html`${problemList(problems)}
${table("Queues", columns, rows)}
<section><h2>Dead letters</h2>
${dead_letters.length === 0 ? html`<p>There are none.</p>` : table("Given up", letterColumns, letterRows)}</section>`;
}
