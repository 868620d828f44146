import { MAX_ID, type UserId } from "../../../model/ids.ts";
import { pairsOf } from "../../../model/wire/id-pairs.ts";
import { partsOf } from "../../../platform/concurrency/parts-of.ts";
import type { Cql, CqlRow } from "../../../platform/storage/cql/session.ts";
import { NO_IDS } from "../../domain/sorted-ids.ts";
import type {
  ActOutcome,
  EdgeChange,
  EdgeOutcome,
  FriendIds,
  FriendStore,
  ListBounds,
  PersonalAct,
  Related,
  RelatedQuery,
} from "../../ports.ts";
import type { PairChanges } from "./pair-changes.ts";
import type { RelationRows } from "./relation-rows.ts";

const LIST = `SELECT friend, present FROM friend_edges
  WHERE user = ? AND friend >= ? AND friend <= ? LIMIT ?`;
const CHECK = "SELECT friend, present FROM friend_edges WHERE user = ? AND friend IN ?";
const COUNT = "SELECT SUM(present) AS friends FROM friend_edges WHERE user = ?";

/** Of one read: the driver takes no more at once, and fewer would be many reads past removed edges. */
const MAX_PAGE_ROWS = 5_000;
const MIN_PAGE_ROWS = 200;
/** Partitions read at one time for one call. */
const READS_AT_ONCE = 16;
/** ScyllaDB takes no more clustering keys in one IN. */
const KEYS_PER_READ = 100;

/**
 * The graph as two rows an edge, one in each person's partition, both written with one version. All
 * reads and writes are at LOCAL_QUORUM (rule 3.4), the session's default.
 */
export class CqlFriendStore implements FriendStore {
  readonly #cql: Cql;
  readonly #relations: RelationRows;
  readonly #changes: PairChanges;

  constructor(cql: Cql, relations: RelationRows, changes: PairChanges) {
    this.#cql = cql;
    this.#relations = relations;
    this.#changes = changes;
  }

  async lists(users: readonly UserId[], bounds: ListBounds): Promise<readonly FriendIds[]> {
    const lists: FriendIds[] = [];
    let room = bounds.maxTotalBytes;
    for await (const list of inWaves(users, (user) => this.#list(user, bounds.maxFriendsEach))) {
      room -= list.friends.byteLength;
      if (room < 0 && lists.length > 0) break;
      lists.push(list);
    }
    return lists;
  }

  async range(user: UserId, from: bigint, before: bigint, max: number): Promise<Uint32Array> {
    return pairsOf(await this.#friends(user, from, before, max));
  }

  counts(users: readonly UserId[]): Promise<readonly number[]> {
    return Array.fromAsync(inWaves(users, (user) => this.#count(user)));
  }

  async check(user: UserId, others: readonly UserId[]): Promise<readonly boolean[]> {
    const distinct = [...new Set(others)];
    const parts = partsOf(distinct, KEYS_PER_READ);
    const friends = new Set<bigint>();
    for await (const found of inWaves(parts, (part) => this.#friendsAmong(user, part))) {
      for (const friend of found) friends.add(friend);
    }
    return others.map((other) => friends.has(other));
  }

  add(change: EdgeChange): Promise<EdgeOutcome> {
    return this.#changes.service(change, "befriend");
  }

  remove(change: EdgeChange): Promise<EdgeOutcome> {
    return this.#changes.service(change, "unfriend");
  }

  act(act: PersonalAct): Promise<ActOutcome> {
    return this.#changes.act(act);
  }

  tell(event: Uint8Array): Promise<void> {
    return this.#changes.tell(event);
  }

  related(query: RelatedQuery): Promise<readonly Related[]> {
    return this.#relations.related(query);
  }

  hidden(user: UserId, others: readonly UserId[]): Promise<readonly boolean[]> {
    return this.#relations.hidden(user, others);
  }

  async #list(user: UserId, max: number): Promise<FriendIds> {
    const friends = await this.#friends(user, 1n, 0n, max + 1);
    if (friends.length <= max) return { friendCount: friends.length, friends: pairsOf(friends) };
    return { friendCount: await this.#count(user), friends: NO_IDS };
  }

  /** Pages by the last id seen: rows of removed edges are among those read, not among those given. */
  async #friends(user: UserId, from: bigint, before: bigint, max: number): Promise<bigint[]> {
    const last = before === 0n ? MAX_ID : before - 1n;
    const friends: bigint[] = [];
    for (let start = from; friends.length < max; ) {
      const asked = Math.max(MIN_PAGE_ROWS, Math.min(max - friends.length, MAX_PAGE_ROWS));
      const rows = await this.#cql.run(LIST, [user, start, last, asked]);
      friends.push(...presentFriends(rows));
      if (rows.length < asked) break;
      start = (rows[rows.length - 1].friend as bigint) + 1n;
    }
    return friends.slice(0, max);
  }

  async #friendsAmong(user: UserId, others: readonly bigint[]): Promise<bigint[]> {
    return presentFriends(await this.#cql.run(CHECK, [user, others]));
  }

  async #count(user: UserId): Promise<number> {
    const [row] = await this.#cql.run(COUNT, [user]);
    return Number(row?.friends ?? 0);
  }
}

function presentFriends(rows: readonly CqlRow[]): bigint[] {
  return rows.filter((row) => row.present === 1).map((row) => row.friend as bigint);
}

/** Results in the order of `items`, a bounded number worked on at one time. */
async function* inWaves<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result, void, undefined> {
  for (let done = 0; done < items.length; done += READS_AT_ONCE) {
    yield* await Promise.all(items.slice(done, done + READS_AT_ONCE).map(work));
  }
}
