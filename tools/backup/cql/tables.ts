import { BUYER_TABLES } from "../../../services/bookstore/adapters/cql/buyer-tables.ts";
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
import { JOURNALS, tablesOf } from "./journals.ts";

const OUTBOXES = ["post_outbox", "friend_outbox", "engagement_outbox"];

/**
 * Tables in the order in which they are read. A table is not read at one moment, and two tables are not: what is
 * written meanwhile may be there or not. So nothing is copied that other rows say (see MADE_AGAIN). Of the
 * rest, what decides is read after what follows from it (a pair of people after their edges), what completes a
 * change after it (outboxes), and after those what is written first: the names of requests, ids, and who is to
 * publish. Erasures come last, see redo.ts.
 */
export const TABLES: readonly string[] = [
  ...["posts", "author_states"],
  ...["friend_edge_parts", "friend_edges", "friend_pairs", "friend_person_states"],
  "pulled_intervals",
  ...["reactions", "reactor_states"],
  ...["growth_person_states", "bookstore_person_states"],
  ...["limits", "limit_boots", "limit_holders", "limit_seats"],
  ...OUTBOXES.flatMap(outboxTables).map(({ table }) => table),
  ...["post_requests", "comment_requests"],
  ...["id_grants", "lease_directory", "leases"],
  ...["erasure_secrets", "erasure_jobs"],
];

/** One partition each, and more than a page of it: read until two readings say the same. */
export const OF_ONE_MOMENT: ReadonlySet<string> = new Set(["pulled_intervals", "limits"]);

/** What is in no backup because a restore makes it again, from rows of which each is whole: of which table. */
export const MADE_AGAIN: Readonly<Record<string, string>> = {
  posts_by_author: "posts",
  author_buckets: "posts",
  friend_relations: "friend_pairs",
  likes: "reactions",
  comments: "reactions",
  reacted: "reactions",
  erasure_jobs_due: "erasure_jobs",
  erasure_jobs_open: "erasure_jobs",
};

/** What else is in no backup, and why. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  timeline_entries: "a cache of posts and friendships, filled again at each viewer's first read",
  timeline_activity: "whose timelines are filled: nobody's, after a restore",
  timeline_shards: "who owns what now",
  bookstore_shards: "who owns what now",
  person_state_changes: "a counter, which means something only while processes run",
  person_states: "of an earlier version; taken over into reactor_states",
  friend_lists: "packed lists of friends, made again of the edges when they are read",
  friend_untold:
    "of which changes owners of timelines were not told: after a restore all read friends anew",
  post_log:
    "what indexes of a few days follow: they begin anew, and older posts come from the posts",
  post_log_buckets: "as post_log",
  post_log_heads: "as post_log",
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
  ...BUYER_TABLES,
  ...GROWTH_TABLES,
  ...LIMIT_TABLES,
  ...ERASURE_TABLES,
  ...ID_GRANT_TABLES,
  ...LEASE_TABLES,
  ...OUTBOXES.flatMap(outboxTables),
];

/** Tables of a keyspace of which nobody has said what a backup does with them. */
export function unknownTables(present: Iterable<string>): readonly string[] {
  const known = new Set([...COPIED, ...Object.keys(MADE_AGAIN), ...Object.keys(LEFT_OUT)]);
  return [...present].filter((table) => !known.has(table));
}

/** All tables that a backup has, if the keyspace has them. */
export const COPIED: readonly string[] = [...JOURNALS.flatMap(tablesOf), ...TABLES];

/** Parts that earlier versions copied, and this one makes again. */
export function isMadeAgain(part: string): boolean {
  const [folder, table] = part.split("/");
  return folder === "cql" && table in MADE_AGAIN;
}

const OF_PROCESSES: ReadonlySet<string> = new Set(["id_grants", "lease_directory", "leases"]);

/** Whether some service keeps something in these; not each mesh has posts: there are bookstores alone. */
export function holdsAny(present: Iterable<string>): boolean {
  const holding = new Set(COPIED.filter((table) => !OF_PROCESSES.has(table)));
  return [...present].some((table) => holding.has(table));
}
