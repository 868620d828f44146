import { CqlJobStore } from "../../../../../services/erasure/adapters/cql/cql-job-store.ts";
import { ERASURE_TABLES } from "../../../../../services/erasure/adapters/cql/schema.ts";
import { newJob } from "../../../../../services/erasure/domain/job.ts";
import { userIdOf } from "../../../../../services/model/ids.ts";
import type { Cql } from "../../../../../services/platform/storage/cql/session.ts";
import { NOW_MS } from "../copies.ts";
import type { History } from "../history.ts";

const JOB = "a1";
const WINDOW_MS = 1_000_000;
const job = newJob(JOB, userIdOf(1), { nowMs: NOW_MS, windowMs: WINDOW_MS });
const ended = { userId: undefined, runner: undefined } as const;

/** The job, and when it is found to be due. */
async function view(cql: Cql) {
  const store = new CqlJobStore(cql);
  const due = await Promise.all(
    [NOW_MS, NOW_MS + 2 * WINDOW_MS].map(async (nowMs) =>
      (await store.due(nowMs)).map(({ state }) => state),
    ),
  );
  return { due, state: (await store.get(JOB))?.state };
}

const ERASURES = {
  tables: ERASURE_TABLES,
  outbox: undefined,
  before: async (cql: Cql) => void (await new CqlJobStore(cql).change(JOB, () => job)),
  complete: async () => {},
  view,
};

export const ERASURE_HISTORIES: readonly History[] = [
  {
    ...ERASURES,
    name: "an erasure that is asked for",
    before: async () => {},
    change: (cql) => new CqlJobStore(cql).change(JOB, () => job),
  },
  {
    ...ERASURES,
    name: "an erasure that now waits",
    change: (cql) => new CqlJobStore(cql).change(JOB, () => ({ ...job, state: "waiting" })),
  },
  {
    ...ERASURES,
    name: "an erasure that is over",
    change: (cql) => new CqlJobStore(cql).change(JOB, () => ({ ...job, ...ended, state: "done" })),
  },
];
