import type { MeshTable } from "./schema.ts";

/**
 * Every physical table of every service, and what becomes of a person's part of it. A table that is not
 * here fails `npm run check`. `*` stands for what a name is made of.
 */
type Fate =
  /** It belongs to a declared table, and goes with its items, or stays without the person. */
  | { readonly goesWith: MeshTable }
  /** Rows leave by themselves, the last so many days after they were written. */
  | { readonly expiresDays: number; readonly why: string }
  /** It says nothing of anybody. */
  | { readonly nobody: string };

export const PHYSICAL_TABLES: Readonly<Record<string, Fate>> = {
  // posts
  posts: { goesWith: "posts" },
  "posts/*": { goesWith: "posts" },
  "posts-by-author/*": { goesWith: "posts" },
  posts_by_author: { goesWith: "posts" },
  "deleted-by-author/*": { goesWith: "posts" },
  "author-periods": { expiresDays: 1_700, why: "in which 99 days an author wrote, without what" },
  author_buckets: { expiresDays: 1_185, why: "which months an author wrote in, without what" },
  "author-states": { expiresDays: 45, why: "erased authors, by a hash" },
  author_states: { expiresDays: 45, why: "erased authors, by a hash" },
  "claims-*": { expiresDays: 3, why: "request ids, in a table a day" },
  post_requests: { expiresDays: 1, why: "request ids, with a hash of the text" },
  "post-log": { expiresDays: 3, why: "ids and authors, for indexes" },
  "post-log-facts": { nobody: "where the log begins" },
  post_log: { expiresDays: 3, why: "ids and authors, for indexes" },
  post_log_began: { nobody: "where the log begins" },
  post_log_buckets: { nobody: "times" },
  post_log_heads: { nobody: "where its generations end" },
  post_log_generations: { nobody: "processes" },
  // friends
  friends: { goesWith: "friendships" },
  friend_edges: { goesWith: "friendships" },
  friend_edge_parts: { goesWith: "friendships" },
  friend_lists: { expiresDays: 8, why: "lists of friends as they were a week ago at most" },
  "friend-changed": { expiresDays: 1, why: "whose edges changed within two hours" },
  "friend-untold": { expiresDays: 1, why: "edges of which an owner was not told" },
  friend_untold: { expiresDays: 1, why: "edges of which an owner was not told" },
  "friend-pairs": { goesWith: "relations" },
  "friend-requests-out": { goesWith: "relations" },
  "friend-requests-in": { goesWith: "relations" },
  "friend-blocks": { goesWith: "relations" },
  "friend-hidden": { goesWith: "relations" },
  friend_pairs: { goesWith: "relations" },
  friend_relations: { goesWith: "relations" },
  "pulled-intervals": { expiresDays: 1_097, why: "when an author was popular, from its end on" },
  "pulled-head": { nobody: "a revision and a time" },
  pulled_intervals: { expiresDays: 1_097, why: "when an author was popular, from its end on" },
  // timelines
  timeline_entries: { expiresDays: 32, why: "entries: ids of posts and authors, no texts" },
  timeline_activity: { goesWith: "timelines" },
  // reactions
  reactions: { goesWith: "comments" },
  likes: { goesWith: "likes" },
  comments: { goesWith: "comments" },
  counts: { nobody: "numbers by post" },
  reacted: { nobody: "which partitions of a post have rows" },
  "comment-claims-*": { expiresDays: 3, why: "request ids, in a table a day" },
  comment_requests: { expiresDays: 1, why: "request ids, with a hash of the text" },
  "person-states": { expiresDays: 45, why: "hidden and erased people, by a hash" },
  "person-changes": { expiresDays: 45, why: "by which change they are that, by a hash" },
  friend_person_states: { expiresDays: 45, why: "hidden and erased people, by a hash" },
  reactor_states: { expiresDays: 45, why: "hidden and erased people, by a hash" },
  growth_person_states: { expiresDays: 45, why: "hidden and erased people, by a hash" },
  bookstore_person_states: { expiresDays: 45, why: "hidden and erased people, by a hash" },
  person_state_changes: { nobody: "a number" },
  // what is on its way
  subscribers: { nobody: "queues, and when they were used" },
  "queue/*": { nobody: "events, gone when consumed; dead letters stay until replayed or dropped" },
  "*": {
    expiresDays: 14,
    why: "outboxes; on CQL with the whole post, so that it can be completed",
  },
  "**": {
    expiresDays: 14,
    why: "outboxes; on CQL with the whole post, so that it can be completed",
  },
  // the platform
  "id-grants": { nobody: "ranges of time" },
  id_grants: { nobody: "ranges of time" },
  lease_directory: { nobody: "processes" },
  leases: { nobody: "processes" },
  limits: { nobody: "limits by the names of their nodes" },
  "limit-holders": { nobody: "processes" },
  "limit-revisions": { nobody: "numbers" },
  limit_holders: { nobody: "processes" },
  "limit-boots": { nobody: "nodes and the names of their boots" },
  limit_boots: { nobody: "nodes and the names of their boots" },
  limit_seats: { nobody: "processes" },
  // erasure itself
  "erasure-jobs": { goesWith: "users" },
  "erasure-jobs-due": { goesWith: "users" },
  "erasure-jobs-open": { goesWith: "users" },
  "erasure-secrets": { nobody: "a random key" },
  erasure_jobs: { goesWith: "users" },
  erasure_jobs_due: { goesWith: "users" },
  erasure_jobs_open: { goesWith: "users" },
  erasure_secrets: { nobody: "a random key" },
  // neighbours whose records are of money
  bookstore_heads: { nobody: "positions" },
  bookstore_journal: { goesWith: "orders" },
  bookstore_snapshots: { goesWith: "orders" },
  growth_blobs: { goesWith: "revenues" },
  growth_log: { goesWith: "revenues" },
  growth_manifest: { nobody: "positions" },
};
