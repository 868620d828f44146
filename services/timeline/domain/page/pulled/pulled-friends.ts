import type { PulledTable } from "../../../../model/pulled/pulled-table.ts";
import type { PullInterval } from "../../../../model/pulled/push-or-pull.ts";
import { idAt, idsOf, pairsOf } from "../../../../model/wire/id-pairs.ts";
import type { FriendSet } from "../../friends/friend-set.ts";

/** Posts of these authors from this id on. */
export interface Missing {
  /** Pairs of halves, low first. */
  readonly authors: Uint32Array;
  readonly from: bigint;
}

interface Known {
  readonly table: PulledTable;
  readonly pairs: Uint32Array;
}

/** Which friends of a viewer have intervals of their own: worked out once for a set and a table's version. */
export class PulledFriends {
  readonly #known = new WeakMap<FriendSet, Known>();

  /** The posts that may not be in the ring with from <= id < before (0n: no bound). Undefined: none. */
  missing(
    friends: FriendSet,
    table: PulledTable,
    from: bigint,
    before: bigint,
  ): Missing | undefined {
    const everyone = lowestSince(table.everyone, from, before);
    const own = this.all(friends, table);
    let lowest = everyone;
    for (let i = 0; i < own.length / 2; i++) {
      const since = lowestSince(table.of(idAt(own, i)), from, before);
      if (since !== undefined && (lowest === undefined || since < lowest)) lowest = since;
    }
    if (lowest === undefined) return undefined;
    return { authors: everyone === undefined ? own : friends.pairs, from: lowest };
  }

  /** Friends who have intervals of their own: pairs of halves, low first. */
  all(friends: FriendSet, table: PulledTable): Uint32Array {
    if (table.authors.length === 0) return NOBODY;
    const known = this.#known.get(friends);
    if (known?.table.version === table.version) return known.pairs;
    const isFriend = (author: bigint) =>
      friends.has(Number(author >> 32n), Number(author & 0xffff_ffffn));
    const pairs = pairsOf(idsOf(table.authors).filter(isFriend));
    this.#known.set(friends, { table, pairs });
    return pairs;
  }
}

const NOBODY = new Uint32Array(0);

/** Of the intervals that have an id in the range: where the first of them begins. */
function lowestSince(
  intervals: readonly PullInterval[],
  from: bigint,
  before: bigint,
): bigint | undefined {
  let lowest: bigint | undefined;
  for (const { since, until } of intervals) {
    if ((before !== 0n && since >= before) || (until !== undefined && until <= from)) continue;
    if (lowest === undefined || since < lowest) lowest = since;
  }
  return lowest;
}
