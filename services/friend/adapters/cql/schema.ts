import type { TableDefinition } from "../../../platform/storage/cql/migrate.ts";
import { PERSON_STATE_CHANGES } from "../../../platform/storage/people/cql-person-states.ts";
import {
  ADDED_STANDING_COLUMNS,
  STANDING_COLUMNS,
} from "../../../platform/storage/people/cql-standing-rows.ts";

/** Hidden and erased people. */
export const FRIEND_STATES = {
  table: "friend_person_states",
  keyColumn: "person_key",
  as: "friend",
} as const;

/**
 * One partition a person, which says how many there are with those in `friend_edge_parts` (`parts`: not set for
 * nearly everybody; one for each further 50,000 friends), and how many friends were in all but the last when that
 * was opened (`earlier`). `present` is 1, or 0 in the row of an edge that was removed,
 * which expires: a number, so that the store can count friends by adding up.
 */
export const FRIEND_TABLES: readonly TableDefinition[] = [
  {
    table: "friend_edges",
    create: `CREATE TABLE IF NOT EXISTS friend_edges (
      user bigint,
      friend bigint,
      present int,
      parts int static,
      earlier bigint static,
      PRIMARY KEY (user, friend)
    )`,
    added: { parts: "int static", earlier: "bigint static" },
  },
  {
    table: "friend_edge_parts",
    create: `CREATE TABLE IF NOT EXISTS friend_edge_parts (
      user bigint,
      part int,
      friend bigint,
      present int,
      PRIMARY KEY ((user, part), friend)
    )`,
  },
  // Made of the edges, to read them from one row: in the row 0 of a person is their list as it once was, packed, and
  // a row of a friend says that their edge may have changed, and when that was told, in Unix ms. All of it expires.
  {
    table: "friend_lists",
    create: `CREATE TABLE IF NOT EXISTS friend_lists (
      user bigint, friend bigint, packed blob, told_at bigint, PRIMARY KEY (user, friend)
    )`,
  },
  // Changes that were answered before an owner of timelines knew of them, by ten seconds. All of it expires.
  {
    table: "friend_untold",
    create: `CREATE TABLE IF NOT EXISTS friend_untold (
      bucket bigint, at bigint, user bigint, friend bigint, PRIMARY KEY (bucket, at, user, friend)
    )`,
  },
  PERSON_STATE_CHANGES,
  {
    table: "friend_person_states",
    create: `CREATE TABLE IF NOT EXISTS friend_person_states (
      person_key text PRIMARY KEY, ${STANDING_COLUMNS}
    )`,
    added: ADDED_STANDING_COLUMNS,
  },
  // What two people did about each other, the smaller id first: changed by conditional writes alone. Times
  // in ms, 0 for no; a row that says nothing any more expires.
  {
    table: "friend_pairs",
    create: `CREATE TABLE IF NOT EXISTS friend_pairs (
      low bigint,
      high bigint,
      low_requested bigint,
      low_blocked bigint,
      high_requested bigint,
      high_blocked bigint,
      edge int,
      edge_version bigint,
      version bigint,
      act bigint,
      PRIMARY KEY ((low, high))
    )`,
  },
  // A person's lists: relation is requests-out, requests-in, blocks or hidden; open is 1, or 0 in the row
  // of an entry that ended, which expires.
  {
    table: "friend_relations",
    create: `CREATE TABLE IF NOT EXISTS friend_relations (
      user bigint,
      relation text,
      bucket int,
      other bigint,
      open int,
      since bigint,
      PRIMARY KEY ((user, relation, bucket), other)
    )`,
  },
];
