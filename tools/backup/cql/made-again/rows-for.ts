import { LRUCache } from "lru-cache";
import type { Row, RowsFor } from "../write-table.ts";
import { dueOfJob } from "./erasures.ts";
import { listsOfPair } from "./friends.ts";
import { indexOfPost } from "./posts.ts";
import { shownOfReaction } from "./reactions.ts";

const NONE: RowsFor = () => [];
const MAX_REMEMBERED = 10_000;

/**
 * What the rows of a table say in others, which are in no backup: each of these rows is copied whole or not at all,
 * so what is made of it can't be the half of a change that was being written. `gone`: keys of hidden and erased
 * people, as `reactor_states` has them.
 */
export function rowsFor(table: string, gone: ReadonlySet<string>): RowsFor {
  const made: Readonly<Record<string, RowsFor>> = {
    posts: indexOfPost,
    friend_pairs: listsOfPair,
    reactions: (row: Row) => shownOfReaction(row, gone),
    erasure_jobs: dueOfJob,
  };
  const rowsOf = made[table];
  if (!rowsOf) return NONE;
  const written = new LRUCache<string, true>({ max: MAX_REMEMBERED });
  return (row) => rowsOf(row).filter((one) => one.cells.size > 0 || isNew(one, written));
}

/** Entries of directories, of which many rows say the same. */
function isNew({ table, key }: Row, written: LRUCache<string, true>): boolean {
  const name = [table, ...Object.values(key)].join(" ");
  if (written.has(name)) return false;
  written.set(name, true);
  return true;
}
