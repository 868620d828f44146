import {
  type ErasureServiceService,
  type Job,
  JobState,
  type Progress,
} from "#gen/erasure/v1/erasure.ts";
import { quantity } from "../../../loadtest/report/quantities.ts";
import type { Client } from "../../../services/platform/grpc/call.ts";
import { invalidArgument, notFound } from "../../../services/platform/grpc/errors/errors.ts";
import { type Column, facts, type Html, html, table } from "../../page/html.ts";
import type { View } from "../view.ts";

type Erasures = Pick<Client<typeof ErasureServiceService>, "listErasures" | "watchErasure">;

/** A job without the person, as everywhere. Times are ISO 8601; null: not known. */
interface ShownJob {
  readonly job_id: string;
  readonly state: string;
  readonly request_time: string | null;
  readonly erase_time: string | null;
  readonly retry_time: string | null;
  readonly progress: ShownProgress | null;
  readonly blocked: readonly { readonly path: readonly string[]; readonly reason: string }[];
  readonly certificate: {
    readonly done_time: string | null;
    readonly tables: readonly { readonly table: string; readonly deleted_count: string }[];
  } | null;
}

interface ShownProgress {
  readonly found_count: string;
  readonly deleted_count: string;
  readonly level: number;
  readonly level_count: number;
  readonly scan: number;
  readonly deleted_per_second: number;
  readonly time_left_ms: number;
}

const STATES: Readonly<Record<JobState, string>> = {
  [JobState.UNSPECIFIED]: "unknown",
  [JobState.UNRECOGNIZED]: "unknown",
  [JobState.HIDING]: "hiding",
  [JobState.WAITING]: "hidden; may be restored",
  [JobState.ERASING]: "erasing",
  [JobState.BLOCKED]: "blocked: something could not be deleted",
  [JobState.DONE]: "done",
  [JobState.RESTORING]: "restoring",
  [JobState.CANCELLED]: "restored",
};
const JOB_ID = /^[0-9a-f]{32}$/;
const FIRST_ANSWER_MS = 5_000;

/** /console/erasures: the jobs that are not over. */
export function jobsView(erasures: Erasures): View {
  return {
    path: "/erasures",
    name: "Erasures",
    refreshSeconds: 5,
    open: async () => {
      const { jobs, hasMore } = await erasures.listErasures({ limit: 0 });
      const data = { jobs: jobs.map(shown), has_more: hasMore };
      return { title: "Erasures", data, body: jobsPage(data) };
    },
  };
}

/** /console/erasures/ID: one job, one that is over too. */
export function jobView(erasures: Erasures): View {
  return {
    path: "/erasures/:job",
    refreshSeconds: 3,
    open: async ({ params: { job: jobId = "" } }) => {
      if (!JOB_ID.test(jobId)) throw invalidArgument("job", `is "${jobId}"`, "32 hex digits");
      const data = shown(await jobNow(erasures, jobId));
      return { title: `Erasure ${jobId}`, data, body: jobPage(data) };
    },
  };
}

/** The first that a watch says is the job as it is. */
async function jobNow(erasures: Erasures, jobId: string): Promise<Job> {
  const enough = new AbortController();
  const signal = AbortSignal.any([enough.signal, AbortSignal.timeout(FIRST_ANSWER_MS)]);
  try {
    for await (const { job } of erasures.watchErasure({ jobId }, { signal })) if (job) return job;
  } finally {
    enough.abort();
  }
  throw notFound("job", jobId);
}

function shown({ progress, certificate, ...job }: Job): ShownJob {
  return {
    job_id: job.jobId,
    state: STATES[job.state],
    request_time: timeOf(job.requestTimeMs),
    erase_time: timeOf(job.eraseTimeMs),
    retry_time: timeOf(job.retryTimeMs),
    progress: progress ? shownProgress(progress) : null,
    blocked: job.blocked,
    certificate: certificate
      ? {
          done_time: timeOf(certificate.doneTimeMs),
          tables: certificate.tables.map(({ table: name, deletedCount }) => {
            return { table: name, deleted_count: String(deletedCount) };
          }),
        }
      : null,
  };
}

function shownProgress(progress: Progress): ShownProgress {
  const { foundCount, deletedCount, level, levelCount, scan } = progress;
  return {
    found_count: String(foundCount),
    deleted_count: String(deletedCount),
    ...{ level, level_count: levelCount, scan },
    deleted_per_second: progress.deletedPerSecond,
    time_left_ms: Number(progress.timeLeftMs),
  };
}

function timeOf(ms: bigint): string | null {
  return ms === 0n ? null : new Date(Number(ms)).toISOString();
}

const COLUMNS: readonly Column[] = [
  ...[{ name: "Job" }, { name: "State" }, { name: "Asked for" }, { name: "Erased from" }],
  ...[
    { name: "Deleted", isNumber: true },
    { name: "Of", isNumber: true },
  ],
];

function jobsPage({ jobs, has_more }: { jobs: readonly ShownJob[]; has_more: boolean }): Html {
  if (jobs.length === 0) return html`<p>No erasure is under way.</p>`;
  const rows = jobs.map(({ job_id, state, request_time, erase_time, progress }) => [
    html`<a href="/console/erasures/${job_id}">${job_id}</a>`,
    ...[state, request_time ?? "–", erase_time ?? "–"],
    ...[progress?.deleted_count ?? "–", progress?.found_count ?? "–"],
  ]);
  return html`${table("Not over", COLUMNS, rows)}${has_more && html`<p>There are more than these.</p>`}`;
}

function jobPage({ state, request_time, erase_time, retry_time, ...job }: ShownJob): Html {
  const { progress, blocked, certificate } = job;
  const blockedColumns = [{ name: "Item, from the person on" }, { name: "Reason" }];
  const goneColumns = [{ name: "Table" }, { name: "Items", isNumber: true }];
  return html`${facts([
    ["State", state],
    ["Asked for", request_time ?? undefined],
    ["Erased from", erase_time ?? undefined],
    ["Tried again", retry_time ?? undefined],
    ["Progress", progress ? progressText(progress) : undefined],
    ["Done", certificate?.done_time ?? undefined],
  ])}
${
  blocked.length > 0 &&
  table(
    "Could not be deleted",
    blockedColumns,
    blocked.map(({ path, reason }) => [path.join(" → "), reason]),
  )
}
${
  certificate !== null &&
  table(
    "Gone",
    goneColumns,
    certificate.tables.map((one) => [one.table, one.deleted_count]),
  )
}`;
}

function progressText(progress: ShownProgress): string {
  const { deleted_count, found_count, level, level_count, scan, time_left_ms } = progress;
  const left = time_left_ms > 0 ? `, ${quantity(time_left_ms / 1_000, "seconds")} left` : "";
  return `${deleted_count} of ${found_count} items, level ${level} of ${level_count}, scan ${scan}${left}`;
}
