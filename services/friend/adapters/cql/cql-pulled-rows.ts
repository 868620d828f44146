import { randomUUID } from "node:crypto";
import { trustedPostId, trustedUserId } from "../../../model/ids.ts";
import { RETENTION_MS } from "../../../model/limits.ts";
import { compareAndSet, type Verdict } from "../../../platform/storage/cql/cas.ts";
import type { TableDefinition } from "../../../platform/storage/cql/migrate.ts";
import type { Cql, CqlRow, CqlValue } from "../../../platform/storage/cql/session.ts";
import type {
  PulledCause,
  StoredInterval,
  StoredTable,
  TableChange,
  TableHead,
} from "../../domain/pulled/changes.ts";
import type { PulledRows } from "../../ports.ts";

/** One partition: what is conditional on its head is written in one batch with it. */
export const PULLED_TABLES: readonly TableDefinition[] = [
  {
    table: "pulled_intervals",
    create: `CREATE TABLE IF NOT EXISTS pulled_intervals (
      scope text, author bigint, since bigint, until bigint, cause text,
      revision bigint static, version bigint static, valid_through bigint static, writer text static,
      PRIMARY KEY (scope, author, since))`,
  },
];

const SCOPE = "posts";
const READ_HEAD = `SELECT revision, version, valid_through, writer
  FROM pulled_intervals WHERE scope = ? LIMIT 1`;
const READ_ROWS = `SELECT author, since, until, cause FROM pulled_intervals
  WHERE scope = ? AND (author, since) > (?, ?) LIMIT ?`;
const MOVE_HEAD = `UPDATE pulled_intervals SET revision = ?, version = ?, valid_through = ?, writer = ?
  WHERE scope = ? IF revision = ?`;
const WRITE_ROW = `INSERT INTO pulled_intervals (scope, author, since, until, cause)
  VALUES (?, ?, ?, ?, ?) USING TTL ?`;

const PAGE_ROWS = 2_000;
const MAX_READS = 5;
/** A closed interval goes when no page can reach it; an hour on top, for clocks. */
const CLOSED_TTL_SECONDS = Math.ceil(RETENTION_MS / 1_000) + 3_600;
const NO_TTL = 0;

export function cqlPulledRows(cql: Cql): PulledRows {
  async function head(): Promise<TableHead> {
    return headOf((await cql.run(READ_HEAD, [SCOPE]))[0]);
  }

  return {
    head,
    read: async () => {
      // Of several pages each may be of another moment: read until the head has not moved meanwhile.
      for (let reads = 1; ; reads++) {
        const before = await head();
        const intervals = await readAll(cql);
        const after = await head();
        if (before.version === after.version || reads === MAX_READS)
          return { ...before, intervals } satisfies StoredTable;
      }
    },
    change: (seen, change) => write(cql, seen, change),
  };
}

async function readAll(cql: Cql): Promise<StoredInterval[]> {
  const intervals: StoredInterval[] = [];
  for (;;) {
    const last = intervals.at(-1);
    const after = [last?.authorId ?? -1n, last?.since ?? -1n];
    const rows = await cql.run(READ_ROWS, [SCOPE, ...after, PAGE_ROWS]);
    intervals.push(...rows.map(intervalOf));
    if (rows.length < PAGE_ROWS) return intervals;
  }
}

/**
 * Only who has seen this revision moves it on, and it never comes back. What has moved on further may have
 * been ours at first: then the caller finds its change done when it looks again.
 */
async function write(cql: Cql, seen: TableHead, { validThrough, interval }: TableChange) {
  const writer = randomUUID();
  const version = seen.version + (interval ? 1n : 0n);
  const next = seen.revision + 1n;
  const values: CqlValue[] = [next, version, validThrough, writer, SCOPE, seen.revision || null];
  const rows: CqlValue[] = interval
    ? [
        ...[SCOPE, interval.authorId, interval.since, interval.until ?? null, interval.cause],
        interval.until === undefined ? NO_TTL : CLOSED_TTL_SECONDS,
      ]
    : [];
  const query = interval ? `BEGIN BATCH\n${MOVE_HEAD};\n${WRITE_ROW};\nAPPLY BATCH` : MOVE_HEAD;
  const result = await compareAndSet(cql, {
    statement: { query, values: [...values, ...rows] },
    readBack: { query: READ_HEAD, values: [SCOPE] },
    judge: ([row]) => judge(row, seen.revision, writer),
  });
  return result.applied;
}

function judge(row: CqlRow | undefined, seen: bigint, writer: string): Verdict {
  const revision = (row?.revision as bigint | null | undefined) ?? 0n;
  if (revision === seen) return "unchanged";
  if (revision !== seen + 1n) return "other";
  // What a refusal shows is the condition alone.
  if (typeof row?.writer !== "string") return "unclear";
  return row.writer === writer ? "ours" : "other";
}

function headOf(row: CqlRow | undefined): TableHead {
  return {
    revision: (row?.revision as bigint | null | undefined) ?? 0n,
    version: (row?.version as bigint | null | undefined) ?? 0n,
    validThrough: trustedPostId((row?.valid_through as bigint | null | undefined) ?? 0n),
  };
}

function intervalOf(row: CqlRow): StoredInterval {
  const until = row.until as bigint | null;
  return {
    authorId: trustedUserId(row.author as bigint),
    since: trustedPostId(row.since as bigint),
    until: until === null ? undefined : trustedPostId(until),
    cause: row.cause as PulledCause,
  };
}
