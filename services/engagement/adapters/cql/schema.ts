import { REQUEST_ID_LIFE_MS, RETENTION_MS } from "../../../model/limits.ts";
import type { TableDefinition } from "../../../platform/storage/cql/migrate.ts";
import { PERSON_STATE_CHANGES } from "../../../platform/storage/people/cql-person-states.ts";
import {
  ADDED_STANDING_COLUMNS,
  STANDING_COLUMNS,
} from "../../../platform/storage/people/cql-standing-rows.ts";

const DAY_SECONDS = 86_400;
/** Request ids. */
export const COMMENT_CLAIMS = {
  table: "comment_requests",
  idColumn: "comment_id",
  hashColumn: "hash",
} as const;

/** Hidden and erased people. */
export const REACTOR_STATES = {
  table: "reactor_states",
  keyColumn: "person_key",
  as: "engagement",
} as const;

/** As long as the post can be scrolled to, and a bit. */
const LIFE_SECONDS = Math.ceil(RETENTION_MS / 1_000) + 60 * DAY_SECONDS;

/**
 * "reactions" says who did what, by person and the month of the post: the truth, of which the other tables
 * show a part. A like is there while its time is, a comment while its text is. "version" and "change" say by what
 * each was last shown or hidden (see versions.ts). "reacted" names a post's
 * buckets that have rows: a post with three likes has three partitions, one with a million has them all.
 */
export const ENGAGEMENT_TABLES: readonly TableDefinition[] = [
  table(
    "reactions",
    `user_id bigint, month int, post_id bigint, comment_id bigint, time_ms bigint, parent_id bigint,
     text text, version bigint, change bigint, PRIMARY KEY ((user_id, month), post_id, comment_id)`,
    { version: "bigint", change: "bigint" },
  ),
  table(
    "likes",
    `post_id bigint, bucket int, user_id bigint, time_ms bigint, version bigint, change bigint,
     PRIMARY KEY ((post_id, bucket), user_id)`,
    { change: "bigint" },
  ),
  {
    table: "comments",
    create: `CREATE TABLE IF NOT EXISTS comments (
      post_id bigint, bucket int, comment_id bigint, author_id bigint, parent_id bigint, text text,
      PRIMARY KEY ((post_id, bucket), comment_id)
    ) WITH CLUSTERING ORDER BY (comment_id DESC) AND default_time_to_live = ${LIFE_SECONDS}`,
  },
  table("reacted", "post_id bigint, kind text, bucket int, PRIMARY KEY (post_id, kind, bucket)"),
  {
    table: "comment_requests",
    create: `CREATE TABLE IF NOT EXISTS comment_requests (
      author_id bigint, request_id text, comment_id bigint, hash blob,
      PRIMARY KEY ((author_id, request_id))
    ) WITH default_time_to_live = ${REQUEST_ID_LIFE_MS / 1_000}`,
  },
  PERSON_STATE_CHANGES,
  {
    table: "reactor_states",
    create: `CREATE TABLE IF NOT EXISTS reactor_states (
      person_key text PRIMARY KEY, ${STANDING_COLUMNS}
    )`,
    added: ADDED_STANDING_COLUMNS,
  },
];

function table(
  name: string,
  columns: string,
  added?: Readonly<Record<string, string>>,
): TableDefinition {
  return {
    table: name,
    ...(added && { added }),
    create: `CREATE TABLE IF NOT EXISTS ${name} (${columns})
      WITH default_time_to_live = ${LIFE_SECONDS}`,
  };
}
