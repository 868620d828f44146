import { REQUEST_ID_LIFE_MS, RETENTION_MS } from "../../../model/limits.ts";
import type { TableDefinition } from "../../../platform/storage/cql/migrate.ts";
import { PERSON_STATE_CHANGES } from "../../../platform/storage/people/cql-person-states.ts";
import {
  ADDED_STANDING_COLUMNS,
  STANDING_COLUMNS,
} from "../../../platform/storage/people/cql-standing-rows.ts";

const DAY_SECONDS = 86_400;
/** Rows outlive the last scroll that may show them. */
const POST_LIFE_SECONDS = Math.ceil(RETENTION_MS / 1_000) + 30 * DAY_SECONDS;
/** A directory row is written with the first post of its bucket, and must outlive the last. */
const DIRECTORY_LIFE_SECONDS = POST_LIFE_SECONDS + 30 * DAY_SECONDS;
const REQUEST_LIFE_SECONDS = REQUEST_ID_LIFE_MS / 1_000;

/** Request ids. */
export const POST_CLAIMS = {
  table: "post_requests",
  idColumn: "post_id",
  hashColumn: "text_hash",
} as const;

/** Hidden and erased authors. */
export const AUTHOR_STATES = {
  table: "author_states",
  keyColumn: "author_key",
  as: "author",
} as const;

/** `message` is an encoded tidings.post.v1.Post; `deleted` is a column that no create ever writes. */
export const POST_TABLES: readonly TableDefinition[] = [
  {
    table: "posts",
    create: `CREATE TABLE IF NOT EXISTS posts (
      post_id bigint PRIMARY KEY, author_id bigint, message blob, deleted boolean
    ) WITH default_time_to_live = ${POST_LIFE_SECONDS}`,
  },
  {
    table: "posts_by_author",
    create: `CREATE TABLE IF NOT EXISTS posts_by_author (
      author_id bigint, bucket int, post_id bigint, created boolean, deleted boolean,
      PRIMARY KEY ((author_id, bucket), post_id)
    ) WITH CLUSTERING ORDER BY (post_id DESC) AND default_time_to_live = ${POST_LIFE_SECONDS}`,
  },
  {
    table: "author_buckets",
    create: `CREATE TABLE IF NOT EXISTS author_buckets (
      author_id bigint, bucket int, PRIMARY KEY (author_id, bucket)
    ) WITH CLUSTERING ORDER BY (bucket DESC) AND default_time_to_live = ${DIRECTORY_LIFE_SECONDS}`,
  },
  {
    table: "post_requests",
    create: `CREATE TABLE IF NOT EXISTS post_requests (
      author_id bigint, request_id text, post_id bigint, text_hash blob,
      PRIMARY KEY ((author_id, request_id))
    ) WITH default_time_to_live = ${REQUEST_LIFE_SECONDS}`,
  },
  PERSON_STATE_CHANGES,
  {
    table: "author_states",
    create: `CREATE TABLE IF NOT EXISTS author_states (
      author_key text PRIMARY KEY, ${STANDING_COLUMNS}
    )`,
    added: ADDED_STANDING_COLUMNS,
  },
];
