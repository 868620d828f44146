import type { UserId } from "../../../model/ids.ts";
import type { Clock } from "../../../platform/clock/clock.ts";
import type { LmdbOutbox } from "../../../platform/messaging/outbox/lmdb-outbox.ts";
import type { Lmdb } from "../../../platform/storage/lmdb/open.ts";
import type { Table } from "../../../platform/storage/lmdb/table.ts";
import type { WriteTx } from "../../../platform/storage/lmdb/write-set.ts";
import { type Growth, growths, LIST_LIMITS, type ListLimits } from "../../domain/bounds.ts";
import { isOpen, type Standing, standingAfter } from "../../domain/standing.ts";
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
import { edgeOutcome, ofService } from "../service-acts.ts";
import { changeList } from "./change-list.ts";
import { ChangedEdges } from "./changed-edges.ts";
import { viewed } from "./list-layout.ts";
import { PairsArena } from "./pairs-arena.ts";
import { checkFriends, countFriends, type ReadValue, readList, readRange } from "./read-list.ts";
import { Relations } from "./relations.ts";

export interface LmdbFriendStoreParts {
  readonly lmdb: Lmdb;
  readonly outbox: Pick<LmdbOutbox, "add">;
  readonly clock: Pick<Clock, "nowMs">;
  /** Lower in tests only. */
  readonly limits?: ListLimits;
}

/**
 * The graph in one LMDB environment. One process writes, one transaction after the other: both
 * directions of an edge, its event, requests and blocks are in the same one, so they need no versions to
 * agree.
 */
export class LmdbFriendStore implements FriendStore {
  readonly #lmdb: Lmdb;
  readonly #outbox: Pick<LmdbOutbox, "add">;
  readonly #table: Table;
  readonly #arena = new PairsArena();
  readonly #read: ReadValue;
  readonly #relations: Relations;
  readonly #changed: ChangedEdges;
  readonly #limits: ListLimits;

  constructor({ lmdb, outbox, clock, limits = LIST_LIMITS }: LmdbFriendStoreParts) {
    this.#lmdb = lmdb;
    this.#outbox = outbox;
    this.#changed = new ChangedEdges(lmdb, clock);
    this.#table = lmdb.table("friends");
    this.#read = (key) => this.#table.peek(key);
    this.#relations = new Relations(lmdb);
    this.#limits = limits;
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

  async add(change: EdgeChange): Promise<EdgeOutcome> {
    return edgeOutcome(await this.act(ofService(change, "befriend")));
  }

  async remove(change: EdgeChange): Promise<EdgeOutcome> {
    return edgeOutcome(await this.act(ofService(change, "unfriend")));
  }

  async changed(user: UserId, sinceMs: number): Promise<readonly UserId[]> {
    return this.#changed.of(user, sinceMs);
  }

  act(act: PersonalAct): Promise<ActOutcome> {
    return this.#lmdb.commit((tx) => {
      const { user, other } = act;
      const [areFriends] = checkFriends((key) => tx.get(this.#table, key), user, [other], viewed);
      const before = { areFriends, ...this.#relations.stances(tx, user, other) };
      const then = standingAfter(before, act.act, act.nowMs);
      if (then === undefined) return { kind: "blocked" };
      const full = growths(act, before, then).find((growth) => this.#isFull(tx, growth));
      if (full) return { kind: "full", ...full };
      if (then !== before) this.#write(tx, act, before, then);
      return { kind: "done", changed: then !== before, areFriends: then.areFriends };
    });
  }

  tell(event: Uint8Array): Promise<void> {
    return this.#lmdb.commit((tx) => this.#outbox.add(tx, "people", event));
  }

  async related(query: RelatedQuery): Promise<readonly Related[]> {
    return this.#relations.related(query);
  }

  async hidden(user: UserId, others: readonly UserId[]): Promise<readonly boolean[]> {
    return this.#relations.hidden(user, others);
  }

  #isFull(tx: WriteTx, { list, user }: Growth): boolean {
    const count =
      list === "friends"
        ? countFriends((key) => tx.get(this.#table, key), user)
        : this.#relations.count(tx, list, user);
    return count >= this.#limits[list];
  }

  #write(tx: WriteTx, act: PersonalAct, before: Standing, then: Standing): void {
    const { user, other, event } = act;
    if (isOpen(before) || isOpen(then)) this.#relations.write(tx, act, before, then);
    if (before.areFriends === then.areFriends) return;
    const kind = then.areFriends ? "add" : "remove";
    changeList({ tx, table: this.#table, user, friend: other, kind });
    changeList({ tx, table: this.#table, user: other, friend: user, kind });
    this.#changed.note(tx, user, other);
    this.#changed.note(tx, other, user);
    this.#outbox.add(tx, "edges", event);
  }
}
