import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CqlJobStore } from "../../../services/erasure/adapters/cql/cql-job-store.ts";
import { ERASURE_TABLES } from "../../../services/erasure/adapters/cql/schema.ts";
import { LmdbJobStore } from "../../../services/erasure/adapters/lmdb/lmdb-job-store.ts";
import { type Job, newJob, told } from "../../../services/erasure/domain/job.ts";
import type { JobStore } from "../../../services/erasure/ports.ts";
import { userIdOf } from "../../../services/model/ids.ts";
import { present } from "../../../services/model/invariant.ts";
import { migrate } from "../../../services/platform/storage/cql/migrate.ts";
import { openLmdb } from "../../../services/platform/storage/lmdb/open.ts";
import { cqlTitle, freshKeyspace, runningCql } from "../../support/engines/cql-keyspace.ts";

const address = await runningCql();

/** What every store of jobs promises. */
function jobStoreContract(
  open: () => Promise<{ readonly store: JobStore; close(): Promise<void> }>,
): void {
  let fixture: Awaited<ReturnType<typeof open>>;
  let nextId = 0;
  const jobOf = () => newJob(`job-${nextId++}`, userIdOf(2n ** 62n), { nowMs: 5, windowMs: 10 });
  beforeAll(async () => {
    fixture = await open();
  });
  afterAll(() => fixture.close());

  it("gives a job back as it was, with all its numbers", async () => {
    const { store } = fixture;
    const job: Job = { ...jobOf(), tables: { posts: { count: 3, hash: 2n ** 127n } } };
    expect(await store.get(job.jobId)).toBeUndefined();
    expect(await store.change(job.jobId, () => job)).toEqual(job);
    expect(await store.get(job.jobId)).toEqual(job);
    expect(await store.change(job.jobId, () => undefined)).toEqual(job);
    const certificate = { subjectHash: "s", doneMs: 9, tables: job.tables, signature: "x" };
    const news = {
      userId: userIdOf(2n ** 62n),
      state: "erased",
      messageId: "0a",
      timeMs: 7,
    } as const;
    const over: Job = { ...job, state: "done", userId: undefined, certificate, news, newsMs: 7 };
    await store.change(job.jobId, () => over);
    expect(await store.get(job.jobId)).toEqual(over);
    await store.change(job.jobId, (now) => now && told(now, "another"));
    expect(await store.due(20)).toContainEqual(over);
    await store.change(job.jobId, (now) => now && told(now, "0a"));
    expect(await store.get(job.jobId)).toEqual({ ...over, news: undefined });
    expect((await store.due(20)).map(({ jobId }) => jobId)).not.toContain(job.jobId);
  });

  it("loses no change of those that come at once", async () => {
    const { store } = fixture;
    const job = jobOf();
    await store.change(job.jobId, () => job);
    const more = (now: Job | undefined) => now && { ...now, attempts: now.attempts + 1 };
    await Promise.all(Array.from({ length: 8 }, () => store.change(job.jobId, more)));
    expect((await store.get(job.jobId))?.attempts).toBe(8);
  });

  it("lists those that are to be looked at by now, and not those that wait or are over", async () => {
    const { store } = fixture;
    const [hiding, over, waiting, blocked] = [jobOf(), jobOf(), jobOf(), jobOf()];
    for (const job of [hiding, over, waiting, blocked]) await store.change(job.jobId, () => job);
    const to = (job: Job, changed: Partial<Job>) =>
      store.change(job.jobId, (now) => now && { ...now, ...changed });
    await to(over, { state: "cancelled" });
    await to(waiting, { state: "waiting", eraseAtMs: 1_000 });
    await to(blocked, { state: "blocked", retryAtMs: 500 });
    const dueAt = async (nowMs: number) => {
      const ids = (await store.due(nowMs)).map(({ jobId }) => jobId);
      return [hiding, over, waiting, blocked].filter(({ jobId }) => ids.includes(jobId));
    };
    const ids = async (nowMs: number) => (await dueAt(nowMs)).map(({ jobId }) => jobId);
    expect(await ids(20)).toEqual([hiding.jobId]);
    expect(await ids(499)).toEqual([hiding.jobId]);
    expect(await ids(500)).toEqual([hiding.jobId, blocked.jobId]);
    expect(await ids(1_000)).toEqual([hiding.jobId, waiting.jobId, blocked.jobId]);
    await to(waiting, { state: "erasing" });
    expect(await ids(20)).toEqual([hiding.jobId, waiting.jobId]);
    await to(waiting, { state: "done", userId: undefined });
    expect(await ids(2_000)).toEqual([hiding.jobId, blocked.jobId]);
  });

  it("has one secret, whoever asks first", async () => {
    const { store } = fixture;
    const secrets = await Promise.all([store.secret(), store.secret(), store.secret()]);
    expect(secrets[0]).toHaveLength(32);
    for (const secret of secrets) expect(secret.equals(secrets[0])).toBe(true);
  });
}

describe("erasure jobs, LMDB", () =>
  jobStoreContract(async () => {
    const folder = await mkdtemp(join(tmpdir(), "tidings-jobs-"));
    const lmdb = openLmdb(folder);
    const close = async () => {
      await lmdb.close();
      await rm(folder, { recursive: true });
    };
    return { store: new LmdbJobStore(lmdb), close };
  }));

describe.skipIf(!address)(cqlTitle("the list of due jobs", address), () => {
  it("keeps the row of a change that is under way, and clears what a dead process left", async () => {
    const { cql, drop } = await freshKeyspace(present(address));
    await migrate(cql, ERASURE_TABLES);
    const store = new CqlJobStore(cql);
    const job = { ...newJob("a1", userIdOf(7n), { nowMs: 5, windowMs: 10 }), eraseAtMs: 9_000 };
    await store.change("a1", () => ({ ...job, state: "waiting" }));
    const rows = () => cql.run("SELECT due_ms FROM erasure_jobs_due WHERE part = 10", []);
    // Another is about to claim it: first the row, then the job.
    const listed =
      "INSERT INTO erasure_jobs_due (part, due_ms, job_id, listed) VALUES (?, ?, ?, true)";
    await cql.run(listed, [10, 0n, "a1"]);
    expect(await store.due(Date.now())).toHaveLength(1);
    expect(await rows()).toHaveLength(2);
    expect(await store.due(Date.now() + 2 * 3_600_000)).toHaveLength(1);
    expect((await rows()).map((row) => row.due_ms)).toEqual([9_000n]);
    await drop();
  });
});

describe.skipIf(!address)(cqlTitle("erasure jobs", address), () =>
  jobStoreContract(async () => {
    const { cql, drop } = await freshKeyspace(present(address));
    await migrate(cql, ERASURE_TABLES);
    return { store: new CqlJobStore(cql), close: drop };
  }),
);
