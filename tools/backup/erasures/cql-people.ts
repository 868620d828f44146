import { CqlJobStore } from "../../../services/erasure/adapters/cql/cql-job-store.ts";
import { decodeJob } from "../../../services/erasure/domain/job-codec.ts";
import { trustedUserId, type UserId } from "../../../services/model/ids.ts";
import type { Cql, CqlRow } from "../../../services/platform/storage/cql/session.ts";
import { type Hidden, hideIn } from "./hide-again.ts";
import { NOTHING_REDONE, type Redone, redoErasures } from "./redo.ts";

const TABLES = "SELECT table_name FROM system_schema.tables WHERE keyspace_name = ?";
const PAGE_ROWS = 1_000;
/** Partitions that have a person in their key, and how to read on: by their token. */
const PEOPLE = [
  { table: "posts_by_author", key: "author_id, bucket", person: "author_id" },
  { table: "friend_edges", key: "user", person: "user" },
  { table: "friend_relations", key: "user, relation, bucket", person: "user" },
  { table: "reactions", key: "user_id, month", person: "user_id" },
] as const;

/** See redoErasures; for what was restored into the keyspace. Nothing where there was no erasure service. */
export async function redoCql(cql: Cql, momentMs: number, nowMs: number): Promise<Redone> {
  const rows = await cql.run(TABLES, [cql.keyspace]);
  const present = new Set(rows.map((row) => row.table_name as string));
  if (!present.has("erasure_jobs")) return NOTHING_REDONE;
  async function* jobs() {
    const read = { select: "job", table: "erasure_jobs", key: "job_id" };
    for await (const row of partitions(cql, read)) yield decodeJob(row.job as Buffer);
  }
  async function* people(): AsyncGenerator<UserId> {
    for (const { table, key, person } of PEOPLE.filter((one) => present.has(one.table))) {
      for await (const row of partitions(cql, { select: `DISTINCT ${key}`, table, key })) {
        yield trustedUserId(row[person] as bigint);
      }
    }
  }
  const hide = (hidden: Hidden) => hideIn(cql, present, hidden);
  const store = new CqlJobStore(cql);
  return redoErasures({ jobs: jobs(), store, people, hide }, momentMs, nowMs);
}

/** One row a partition, in the order of their tokens. */
async function* partitions(
  cql: Cql,
  { select, table, key }: { select: string; table: string; key: string },
): AsyncGenerator<CqlRow> {
  const query = `SELECT ${select}, token(${key}) AS place FROM ${table}
    WHERE token(${key}) > ? LIMIT ?`;
  let after = -(2n ** 63n);
  for (;;) {
    const rows = await cql.run(query, [after, PAGE_ROWS]);
    yield* rows;
    if (rows.length < PAGE_ROWS) return;
    after = rows[rows.length - 1].place as bigint;
  }
}
