import { trustedUserId, type UserId } from "../../../model/ids.ts";
import { idsOf } from "../../../model/wire/id-pairs.ts";
import type { Lmdb } from "../../../platform/storage/lmdb/open.ts";
import type { Table } from "../../../platform/storage/lmdb/table.ts";
import type { WriteTx } from "../../../platform/storage/lmdb/write-set.ts";
import {
  listings,
  RELATIONS,
  type Relation,
  type Standing,
  turned,
} from "../../domain/standing.ts";
import type { Related, RelatedQuery } from "../../ports.ts";
import { changeList } from "./change-list.ts";
import { decodePair, encodePair, pairKey } from "./pair-records.ts";
import { checkFriends, countFriends, type ReadValue, readRange } from "./read-list.ts";

/** Requests and blocks: a record for two people, and lists of the same shape as those of friends. */
export class Relations {
  readonly #pairs: Table;
  readonly #lists: Readonly<Record<Relation, Table>>;

  constructor(lmdb: Lmdb) {
    this.#pairs = lmdb.table("friend-pairs");
    this.#lists = {
      "requests-out": lmdb.table("friend-requests-out"),
      "requests-in": lmdb.table("friend-requests-in"),
      blocks: lmdb.table("friend-blocks"),
      hidden: lmdb.table("friend-hidden"),
    };
  }

  /** What the two did about each other, as the transaction has it. */
  stances(tx: WriteTx, user: UserId, other: UserId): Pick<Standing, "mine" | "theirs"> {
    return decodePair(tx.get(this.#pairs, pairKey(user, other)), user, other);
  }

  count(tx: WriteTx, relation: Relation, user: UserId): number {
    return countFriends((key) => tx.get(this.#lists[relation], key), user);
  }

  /** The record of the two, and the lists of both that change. */
  write(
    tx: WriteTx,
    { user, other }: { readonly user: UserId; readonly other: UserId },
    before: Standing,
    then: Standing,
  ): void {
    const key = pairKey(user, other);
    const record = encodePair(then, user, other);
    if (record) tx.put(this.#pairs, key, record);
    else if (tx.get(this.#pairs, key)) tx.remove(this.#pairs, key);
    this.#writeLists(tx, [user, other], before, then);
    this.#writeLists(tx, [other, user], turned(before), turned(then));
  }

  related({ user, relation, from, max }: RelatedQuery): readonly Related[] {
    const read: ReadValue = (key) => this.#lists[relation].peek(key);
    const others = idsOf(readRange({ read, user, from, before: 0n, max }));
    return others.map((other) => {
      const userId = trustedUserId(other);
      const stances = decodePair(this.#pairs.get(pairKey(user, userId)), user, userId);
      return { userId, sinceMs: listings({ areFriends: false, ...stances })[relation] };
    });
  }

  hidden(user: UserId, others: readonly UserId[]): readonly boolean[] {
    return checkFriends((key) => this.#lists.hidden.peek(key), user, others);
  }

  #writeLists(
    tx: WriteTx,
    [user, friend]: readonly [UserId, UserId],
    before: Standing,
    then: Standing,
  ): void {
    const [was, is] = [listings(before), listings(then)];
    for (const relation of RELATIONS) {
      if (was[relation] > 0 === is[relation] > 0) continue;
      const kind = is[relation] > 0 ? "add" : "remove";
      changeList({ tx, table: this.#lists[relation], user, friend, kind });
    }
  }
}
