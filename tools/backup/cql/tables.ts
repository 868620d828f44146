import { JOURNAL_TABLES } from "../../../services/bookstore/adapters/cql/journal-tables.ts";
import { ENGAGEMENT_TABLES } from "../../../services/engagement/adapters/cql/schema.ts";
import { ERASURE_TABLES } from "../../../services/erasure/adapters/cql/schema.ts";
import { PULLED_TABLES } from "../../../services/friend/adapters/cql/cql-pulled-rows.ts";
import { FRIEND_TABLES } from "../../../services/friend/adapters/cql/schema.ts";
import { GROWTH_TABLES } from "../../../services/growth/adapters/cql/schema.ts";
import { outboxTables } from "../../../services/platform/messaging/outbox/cql-outbox-rows.ts";
import type { TableDefinition } from "../../../services/platform/storage/cql/migrate.ts";
import { ID_GRANT_TABLES } from "../../../services/platform/storage/ids/cql-grants.ts";
import { LEASE_TABLES } from "../../../services/platform/storage/leases/lease-rows.ts";
import { POST_TABLES } from "../../../services/post/adapters/cql/schema.ts";
import { LIMIT_TABLES } from "../../../services/ratelimit/adapters/cql/schema.ts";

/** Tables that are read one after the other. */
export interface TableSet {
  readonly tables: readonly string[];
  /** Read again behind the others: when it has changed, what it leads to may have gone, and all are read again. */
  readonly head?: string;
  /** Rows written after the backup's moment are left out, for without what came between they mean nothing. */
  readonly isJournal?: boolean;
}

/**
 * A table is not read at one moment, and two tables are not: rows written meanwhile may be there or not. So
 * what leads to others is read before them (an index before its posts, but how many parts a list has after its
 * parts), what completes a change is read after it
 * (outboxes), and who is to publish what an outbox has, after that (leases). Erasures come last, see redo.ts.
 */
export const SETS: readonly TableSet[] = [
  { tables: ["posts_by_author", "posts", "author_buckets", "post_requests", "author_states"] },
  {
    tables: [
      "friend_relations",
      "friend_edge_parts",
      "friend_edges",
      "friend_pairs",
      "friend_person_states",
    ],
  },
  { tables: ["pulled_intervals"] },
  { tables: ["likes", "comments", "reacted", "reactions", "comment_requests", "reactor_states"] },
  {
    tables: ["bookstore_snapshots", "bookstore_journal"],
    head: "bookstore_heads",
    isJournal: true,
  },
  { tables: ["growth_blobs", "growth_log"], head: "growth_manifest", isJournal: true },
  { tables: ["limits", "limit_boots", "limit_holders", "limit_seats"] },
  ...["post_outbox", "friend_outbox", "engagement_outbox"].map((name) => ({
    tables: outboxTables(name).map(({ table }) => table),
  })),
  { tables: ["id_grants", "lease_directory", "leases"] },
  { tables: ["erasure_secrets", "erasure_jobs", "erasure_jobs_due", "erasure_jobs_open"] },
];

/** What is in no backup, and why. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  timeline_entries: "a cache of posts and friendships, filled again at each viewer's first read",
  timeline_activity: "whose timelines are filled: nobody's, after a restore",
  timeline_shards: "who owns what now",
  bookstore_shards: "who owns what now",
  person_state_changes: "a counter, which means something only while processes run",
  person_states: "of an earlier version; taken over into reactor_states",
  post_log:
    "what indexes of a few days follow: they begin anew, and older posts come from the posts",
  post_log_buckets: "as post_log",
  post_log_generations: "as post_log",
  post_log_began: "as post_log",
};

/** How the tables are made that a restore fills. */
export const DEFINITIONS: readonly TableDefinition[] = [
  ...POST_TABLES,
  ...FRIEND_TABLES,
  ...PULLED_TABLES,
  ...ENGAGEMENT_TABLES,
  ...JOURNAL_TABLES,
  ...GROWTH_TABLES,
  ...LIMIT_TABLES,
  ...ERASURE_TABLES,
  ...ID_GRANT_TABLES,
  ...LEASE_TABLES,
  ...["post_outbox", "friend_outbox", "engagement_outbox"].flatMap(outboxTables),
];

/** Tables of a keyspace of which nobody has said what a backup does with them. */
export function unknownTables(present: Iterable<string>): readonly string[] {
  const known = new Set([...SETS.flatMap(tablesOf), ...Object.keys(LEFT_OUT)]);
  return [...present].filter((table) => !known.has(table));
}

export function tablesOf({ tables, head }: TableSet): readonly string[] {
  return head === undefined ? tables : [head, ...tables];
}
