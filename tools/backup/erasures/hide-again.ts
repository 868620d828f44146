import { existsSync } from "node:fs";
import { join } from "node:path";
import { BUYER_STATES } from "../../../services/bookstore/adapters/cql/buyer-tables.ts";
import { REACTOR_STATES } from "../../../services/engagement/adapters/cql/schema.ts";
import { FRIEND_STATES } from "../../../services/friend/adapters/cql/schema.ts";
import { GROWTH_STATES } from "../../../services/growth/adapters/cql/schema.ts";
import type { UserId } from "../../../services/model/ids.ts";
import { systemClock } from "../../../services/platform/clock/system-clock.ts";
import type { Cql } from "../../../services/platform/storage/cql/session.ts";
import { openLmdb } from "../../../services/platform/storage/lmdb/open.ts";
import { StandingRows } from "../../../services/platform/storage/people/cql-standing-rows.ts";
import { LmdbPersonStates } from "../../../services/platform/storage/people/lmdb-person-states.ts";
import { personKey } from "../../../services/platform/storage/people/person-key.ts";
import { AUTHOR_STATES } from "../../../services/post/adapters/cql/schema.ts";

/** By the folder of who keeps them: its table of hidden people, and what they are there. */
const FOLDERS: Readonly<Record<string, { readonly table: string; readonly as: string }>> = {
  post: { table: "author-states", as: "author" },
  friend: { table: "person-states", as: "friend" },
  engagement: { table: "person-states", as: "engagement" },
  "growth-people": { table: "person-states", as: "growth" },
  "bookstore-people": { table: "person-states", as: "bookstore" },
};
const TABLES = [AUTHOR_STATES, FRIEND_STATES, REACTOR_STATES, GROWTH_STATES, BUYER_STATES];

/** People, and the number of the change that hides each. */
export type Hidden = ReadonlyMap<UserId, number>;

/** Hides them with every service whose data was restored below `folder`. */
export async function hideBelow(folder: string, people: Hidden): Promise<void> {
  for (const [part, { table, as }] of Object.entries(FOLDERS)) {
    if (!existsSync(join(folder, part))) continue;
    const lmdb = openLmdb(join(folder, part));
    try {
      const states = new LmdbPersonStates({
        ...{ lmdb, as, clock: systemClock },
        table: lmdb.table(table),
        changes: lmdb.table("person-changes"),
      });
      for (const [person, change] of people) await states.set(person, "hidden", change);
    } finally {
      await lmdb.close();
    }
  }
}

/** The same in a keyspace that has these tables, which nobody serves. */
export async function hideIn(
  cql: Cql,
  present: ReadonlySet<string>,
  people: Hidden,
): Promise<void> {
  for (const states of TABLES.filter(({ table }) => present.has(table))) {
    const rows = new StandingRows(cql, states);
    for (const [person, change] of people) {
      await rows.change(personKey(states.as, person).toString("hex"), "hidden", change);
    }
  }
}
