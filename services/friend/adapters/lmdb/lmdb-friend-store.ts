import type { UserId } from "../../../model/ids.ts";
import { MAX_FRIENDS_PER_USER } from "../../../model/limits.ts";
import type { LmdbOutbox } from "../../../platform/messaging/outbox/lmdb-outbox.ts";
import type { Lmdb } from "../../../platform/storage/lmdb/open.ts";
import type { Table } from "../../../platform/storage/lmdb/table.ts";
import type { WriteTx } from "../../../platform/storage/lmdb/write-set.ts";
import type { EdgeChange, EdgeOutcome, FriendIds, FriendStore, ListBounds } from "../../ports.ts";
import { changeList } from "./change-list.ts";
import { PairsArena } from "./pairs-arena.ts";
import { checkFriends, countFriends, type ReadValue, readList, readRange } from "./read-list.ts";

/**
 * The graph in one LMDB environment. One process writes, one transaction after the other: both
 * directions of an edge and its event are in the same one, so they need no versions to agree.
 */
export class LmdbFriendStore implements FriendStore {
  readonly #lmdb: Lmdb;
  readonly #outbox: Pick<LmdbOutbox, "add">;
  readonly #table: Table;
  readonly #arena = new PairsArena();
  readonly #read: ReadValue;
  readonly #maxFriends: number;

  /** `maxFriends`: of one person; fewer in tests only. */
  constructor(lmdb: Lmdb, outbox: Pick<LmdbOutbox, "add">, maxFriends = MAX_FRIENDS_PER_USER) {
    this.#lmdb = lmdb;
    this.#outbox = outbox;
    this.#table = lmdb.table("friends");
    this.#read = (key) => this.#table.peek(key);
    this.#maxFriends = maxFriends;
  }

  async lists(users: readonly UserId[], bounds: ListBounds): Promise<readonly FriendIds[]> {
    const lists: FriendIds[] = [];
    let room = bounds.maxTotalBytes;
    for (const user of users) {
      const list = readList(this.#read, this.#arena, user, bounds.maxFriendsEach);
      room -= list.friends.byteLength;
      if (room < 0 && lists.length > 0) break;
      lists.push(list);
    }
    return lists;
  }

  async range(user: UserId, from: bigint, before: bigint, max: number): Promise<Uint32Array> {
    return readRange({ read: this.#read, user, from, before, max });
  }

  async counts(users: readonly UserId[]): Promise<readonly number[]> {
    return users.map((user) => countFriends(this.#read, user));
  }

  async check(user: UserId, others: readonly UserId[]): Promise<readonly boolean[]> {
    return checkFriends(this.#read, user, others);
  }

  add(change: EdgeChange): Promise<EdgeOutcome> {
    return this.#lmdb.commit((tx) => {
      const { user, friend } = change;
      const [isFriend] = checkFriends((key) => tx.get(this.#table, key), user, [friend]);
      if (isFriend) return { kind: "unchanged" };
      const full = [user, friend].find((end) => this.#isFull(tx, end));
      return full === undefined ? this.#change(tx, change, "add") : { kind: "full", user: full };
    });
  }

  remove(change: EdgeChange): Promise<EdgeOutcome> {
    return this.#lmdb.commit((tx) => this.#change(tx, change, "remove"));
  }

  #isFull(tx: WriteTx, user: UserId): boolean {
    return countFriends((key) => tx.get(this.#table, key), user) >= this.#maxFriends;
  }

  #change(tx: WriteTx, { user, friend, event }: EdgeChange, kind: "add" | "remove"): EdgeOutcome {
    const isChanged = changeList({ tx, table: this.#table, user, friend, kind });
    if (!isChanged) return { kind: "unchanged" };
    changeList({ tx, table: this.#table, user: friend, friend: user, kind });
    this.#outbox.add(tx, "edges", event);
    return { kind: "changed" };
  }
}
