import { CqlFriendStore } from "../../../../../services/friend/adapters/cql/cql-friend-store.ts";
import {
  CqlListRows,
  NO_ANNOUNCEMENTS,
} from "../../../../../services/friend/adapters/cql/lists/list-rows.ts";
import { PackedLists } from "../../../../../services/friend/adapters/cql/lists/packed-lists.ts";
import {
  completeChange,
  PairChanges,
} from "../../../../../services/friend/adapters/cql/pair-changes.ts";
import { CqlPairRows } from "../../../../../services/friend/adapters/cql/pair-rows.ts";
import { CqlPartRows } from "../../../../../services/friend/adapters/cql/parts/cql-part-rows.ts";
import { FriendCounts } from "../../../../../services/friend/adapters/cql/parts/friend-counts.ts";
import { FriendList } from "../../../../../services/friend/adapters/cql/parts/friend-list.ts";
import { RelationRows } from "../../../../../services/friend/adapters/cql/relation-rows.ts";
import { FRIEND_TABLES } from "../../../../../services/friend/adapters/cql/schema.ts";
import { LIST_LIMITS } from "../../../../../services/friend/domain/bounds.ts";
import { type Act, RELATIONS } from "../../../../../services/friend/domain/standing.ts";
import { type UserId, userIdOf } from "../../../../../services/model/ids.ts";
import { systemClock } from "../../../../../services/platform/clock/system-clock.ts";
import type { Cql } from "../../../../../services/platform/storage/cql/session.ts";
import type { Lease } from "../../../../../services/platform/storage/leases/lease.ts";
import { NOW_MS } from "../copies.ts";
import { BEFORE, DURING, type History } from "../history.ts";
import { processOf } from "../outbox.ts";

const [ANN, BEN, CAT] = [1, 2, 3].map(userIdOf);
const OUTBOX = "friend_outbox";
const EVENT = Buffer.from("event");
/** Then a person's second friend goes into a second part. */
const SMALL_PART_ROWS = 1;

function rowsOn(cql: Cql) {
  const relations = new RelationRows(cql);
  const parts = new CqlPartRows(cql, NO_ANNOUNCEMENTS);
  const counts = new FriendCounts(cql, parts, SMALL_PART_ROWS);
  const edges = new FriendList(cql, parts);
  return { relations, counts, edges, rows: new CqlPairRows(cql, relations, parts, counts) };
}

/** Packed ones are in no backup. */
function listsOf(cql: Cql, edges: FriendList) {
  const listRows = new CqlListRows(cql, systemClock);
  const olderWriters = { goneByMs: () => undefined };
  const lists = new PackedLists({ rows: listRows, edges, olderWriters, clock: systemClock });
  return { listRows, lists };
}

function storeOn(cql: Cql, lease: Lease): CqlFriendStore {
  const { rows, ...parts } = rowsOn(cql);
  const { outbox, ids } = processOf(cql, lease, OUTBOX);
  const changes = new PairChanges({ rows, outbox, ids, limits: LIST_LIMITS });
  return new CqlFriendStore({ ...parts, ...listsOf(cql, parts.edges), changes });
}

function act(cql: Cql, lease: Lease, how: readonly [UserId, Act, UserId]) {
  const [user, name, other] = how;
  return storeOn(cql, lease).act({ user, other, act: name, event: EVENT, nowMs: NOW_MS });
}

/** What each of them finds: friends, how many, and who is on which list. */
async function view(cql: Cql) {
  const store = storeOn(cql, DURING);
  const seen = [];
  for (const user of [ANN, BEN, CAT]) {
    const friends = await store.range(user, 1n, 0n, 10);
    const lists = await Promise.all(
      RELATIONS.map((relation) => store.related({ user, relation, from: 1n, max: 10 })),
    );
    seen.push({ user, friends, counts: await store.counts([user]), lists });
  }
  return seen;
}

const FRIENDS = {
  tables: FRIEND_TABLES,
  outbox: OUTBOX,
  before: async () => {},
  complete: (cql: Cql, change: Uint8Array) => completeChange(rowsOn(cql).rows, change),
  view,
};
const annAndBen = { user: ANN, friend: BEN, event: EVENT };
const befriended = async (cql: Cql) => void (await storeOn(cql, BEFORE).add(annAndBen));

export const FRIEND_HISTORIES: readonly History[] = [
  {
    ...FRIENDS,
    name: "a friendship by a service",
    change: (cql) => storeOn(cql, DURING).add(annAndBen),
  },
  {
    ...FRIENDS,
    name: "its end by a service",
    before: befriended,
    change: (cql) => storeOn(cql, DURING).remove(annAndBen),
  },
  {
    ...FRIENDS,
    name: "a friendship that opens a second part",
    before: befriended,
    change: (cql) => storeOn(cql, DURING).add({ ...annAndBen, friend: CAT }),
  },
  {
    ...FRIENDS,
    name: "the end of a friendship in a second part",
    before: async (cql) => {
      const store = storeOn(cql, BEFORE);
      for (const friend of [BEN, CAT]) await store.add({ ...annAndBen, friend });
    },
    change: (cql) => storeOn(cql, DURING).remove({ ...annAndBen, friend: CAT }),
  },
  { ...FRIENDS, name: "a request", change: (cql) => act(cql, DURING, [ANN, "request", BEN]) },
  {
    ...FRIENDS,
    name: "a request that is accepted",
    before: async (cql) => void (await act(cql, BEFORE, [ANN, "request", BEN])),
    change: (cql) => act(cql, DURING, [BEN, "request", ANN]),
  },
  {
    ...FRIENDS,
    name: "a friend who is blocked",
    before: befriended,
    change: (cql) => act(cql, DURING, [ANN, "block", BEN]),
  },
  {
    ...FRIENDS,
    name: "the end of a block",
    before: async (cql) => void (await act(cql, BEFORE, [ANN, "block", BEN])),
    change: (cql) => act(cql, DURING, [ANN, "unblock", BEN]),
  },
];
