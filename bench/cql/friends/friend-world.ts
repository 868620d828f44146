import {
  CqlListRows,
  type ListRows,
  NO_ANNOUNCEMENTS,
} from "../../../services/friend/adapters/cql/lists/list-rows.ts";
import { PackedLists } from "../../../services/friend/adapters/cql/lists/packed-lists.ts";
import { PairChanges } from "../../../services/friend/adapters/cql/pair-changes.ts";
import { CqlPairRows } from "../../../services/friend/adapters/cql/pair-rows.ts";
import { CqlPartRows } from "../../../services/friend/adapters/cql/parts/cql-part-rows.ts";
import { FriendCounts } from "../../../services/friend/adapters/cql/parts/friend-counts.ts";
import { FriendList } from "../../../services/friend/adapters/cql/parts/friend-list.ts";
import { RelationRows } from "../../../services/friend/adapters/cql/relation-rows.ts";
import { FRIEND_TABLES } from "../../../services/friend/adapters/cql/schema.ts";
import { LIST_LIMITS } from "../../../services/friend/domain/bounds.ts";
import { makePostId, type UserId, userIdOf } from "../../../services/model/ids.ts";
import { systemClock } from "../../../services/platform/clock/system-clock.ts";
import { inParallel } from "../../../services/platform/concurrency/in-parallel.ts";
import { readConfig } from "../../../services/platform/config/config.ts";
import {
  CqlOutboxRows,
  outboxTables,
} from "../../../services/platform/messaging/outbox/cql-outbox-rows.ts";
import { CQL_VARIABLES } from "../../../services/platform/storage/cql/config.ts";
import { migrate } from "../../../services/platform/storage/cql/migrate.ts";
import { type Cql, connectCql } from "../../../services/platform/storage/cql/session.ts";
import { createLogger } from "../../../services/platform/telemetry/logger.ts";

const FRIENDS = 200;
export const IN_FLIGHT = 8;
const OUTBOX = "friend_outbox";
const EVENT = new Uint8Array(60);
/** Between the ids of two people, so that those of friends lie apart as people's do. */
const STRIDE = 1_000_003n;

/** The friend service's adapters on a keyspace of their own: what they cost, and no calls around it. */
export interface FriendWorld {
  readonly cql: Cql;
  readonly edges: FriendList;
  /** Person `i`, of as many as there are. */
  person(i: number): UserId;
  /** Gives so many people their friends, as rows that nobody was told of. */
  befriend(first: number, people: number): Promise<void>;
  /** Tells of some of their edges, as if that had been so long ago. */
  tellOf(user: UserId, friends: number, agoMs: number): Promise<void>;
  /** `isForgetful`: what was packed is not found. */
  lists(isForgetful: boolean): PackedLists;
  /** As services add friends; `tells`: of the change, before it is made. */
  adder(tells: boolean): (user: UserId, friend: UserId) => Promise<unknown>;
}

export async function openFriendWorld(env: Readonly<Record<string, string>>): Promise<FriendWorld> {
  const config = { ...readConfig(CQL_VARIABLES, env), service: "bench" };
  const cql = await connectCql(config, createLogger("bench", "warn"));
  await migrate(cql, [...FRIEND_TABLES, ...outboxTables(OUTBOX)]);
  const listRows = new CqlListRows(cql, systemClock);
  const parts = new CqlPartRows(cql, listRows);
  const edges = new FriendList(cql, parts);
  const person = (i: number) => userIdOf(BigInt(i + 1) * STRIDE);
  const friendsOf = (i: number) => Array.from({ length: FRIENDS }, (_, k) => person(i + k + 1));
  let ids = 0;
  return {
    cql,
    edges,
    person,
    befriend: async (first, people) => {
      const pairs = Array.from({ length: people }, (_, i) => first + i).flatMap((i) =>
        friendsOf(i).map((friend) => ({ user: person(i), friend })),
      );
      const state = { isPresent: true, version: 1_000n };
      await inParallel(2 * IN_FLIGHT, pairs, (key) => parts.write(key, 0, state));
    },
    tellOf: async (user, friends, agoMs) => {
      const then = new CqlListRows(cql, { nowMs: () => Date.now() - agoMs });
      const found = await edges.range(user, 1n, 0n, friends);
      for (const friend of found) await then.announce(user, userIdOf(friend));
    },
    lists: (isForgetful) => {
      const forgetful: ListRows = {
        read: async (user) => ({ ...(await listRows.read(user)), packed: undefined }),
        write: (user, list) => listRows.write(user, list),
      };
      const rows = isForgetful ? forgetful : listRows;
      const olderWriters = { goneByMs: () => 0 };
      return new PackedLists({ rows, edges, olderWriters, clock: systemClock });
    },
    adder: (tells) => {
      const rows = new CqlPartRows(cql, tells ? listRows : NO_ANNOUNCEMENTS);
      const counts = new FriendCounts(cql, rows);
      const outboxRows = new CqlOutboxRows(cql, OUTBOX);
      const pairs = new CqlPairRows(cql, new RelationRows(cql), rows, counts);
      const changes = new PairChanges({
        rows: pairs,
        outbox: {
          write: async (item) => {
            await outboxRows.insert({ generation: 1n, bucket: 1, position: BigInt(++ids) }, item);
            return { done: () => {}, failed: () => {} };
          },
        },
        ids: { next: () => makePostId(Date.now(), 1, ++ids % 4_096) },
        limits: LIST_LIMITS,
      });
      return (user, friend) => changes.service({ user, friend, event: EVENT }, "befriend");
    },
  };
}
