import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CqlListRows, MAX_CHANGED } from "../../../services/friend/adapters/cql/lists/list-rows.ts";
import { PackedLists } from "../../../services/friend/adapters/cql/lists/packed-lists.ts";
import { CqlPartRows } from "../../../services/friend/adapters/cql/parts/cql-part-rows.ts";
import { writeEdge } from "../../../services/friend/adapters/cql/parts/edge-parts.ts";
import { FriendList } from "../../../services/friend/adapters/cql/parts/friend-list.ts";
import { FRIEND_TABLES } from "../../../services/friend/adapters/cql/schema.ts";
import type { UserId } from "../../../services/model/ids.ts";
import { present } from "../../../services/model/invariant.ts";
import { idsOf, pairsOf } from "../../../services/model/wire/id-pairs.ts";
import { ManualClock } from "../../../services/platform/clock/manual-clock.ts";
import { migrate } from "../../../services/platform/storage/cql/migrate.ts";
import { readEngines } from "../../../tools/engines/engines.ts";
import { memoryCql } from "../../support/engines/memory-cql/memory-cql.ts";
import { MemoryKeyspace } from "../../support/engines/memory-cql/memory-keyspace.ts";
import { people } from "./friend-store.contract.ts";
import { openFriendKeyspace } from "./friend-store.fixtures.ts";

const DATA_DIR = resolve(import.meta.dirname, "../../..", process.env.TIDINGS_DATA_DIR ?? ".data");
const engines = await readEngines(DATA_DIR);
const ALL = 10_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const sorted = (ids: readonly UserId[]) => ids.toSorted((a, b) => (a < b ? -1 : 1));

describe("packed lists, CQL in memory", () => {
  contract(async () => {
    const cql = memoryCql(new MemoryKeyspace(Date.now()));
    await migrate(cql, FRIEND_TABLES);
    return { cql, drop: async () => {} };
  });
});

describe.skipIf(!engines)("packed lists, CQL (needs `npm run engines -- up`)", () => {
  contract(() => openFriendKeyspace(present(engines)));
});

type Keyspace = Awaited<ReturnType<typeof openFriendKeyspace>>;

function contract(open: () => Promise<Keyspace>): void {
  let keyspace: Keyspace;
  const clock = new ManualClock(Date.now());
  let listRows: CqlListRows;
  let rows: CqlPartRows;
  let version = 1_000n;
  beforeAll(async () => {
    keyspace = await open();
    listRows = new CqlListRows(keyspace.cql, clock);
    rows = new CqlPartRows(keyspace.cql, listRows);
  });
  afterAll(() => keyspace?.drop());

  /** Changes an edge; without a word, as an older process would, or as ours do. */
  const silently = (user: UserId, friend: UserId, isPresent: boolean) =>
    rows.write({ user, friend }, 0, { isPresent, version: ++version });
  const aloud = (user: UserId, friend: UserId, isPresent: boolean) =>
    writeEdge(rows, { user, friend }, { isPresent, version: ++version });

  function listsWith(goneByMs: () => number | undefined = () => 0) {
    const edges = new FriendList(keyspace.cql, rows);
    const lists = new PackedLists({ rows: listRows, edges, olderWriters: { goneByMs }, clock });
    return async (user: UserId, from = 1n, before = 0n, max = ALL) => {
      const found = await lists.range(user, from, before, max);
      await lists.settle();
      return idsOf(found);
    };
  }

  /** Somebody with friends whose list was packed a moment ago, and one who is not among them. */
  async function packed() {
    const [user, ...friends] = people(12);
    const stranger = present(friends.pop());
    await Promise.all(friends.map((friend) => silently(user, friend, true)));
    const list = listsWith();
    expect(await list(user)).toEqual(friends);
    return { user, friends, stranger, list };
  }

  test("are read in place of edges, but for those that were told of", async () => {
    const { user, friends, stranger, list } = await packed();
    await silently(user, friends[3], false);
    await silently(user, stranger, true);
    expect(await list(user)).toEqual(friends);
    await aloud(user, friends[5], false);
    await aloud(user, friends[5], true);
    expect(await list(user)).toEqual(friends);
    await aloud(user, friends[0], false);
    await aloud(user, stranger, true);
    expect(await list(user)).toEqual([...friends.slice(1), stranger]);
  });

  test("give the same ranges", async () => {
    const { user, friends, stranger, list } = await packed();
    await silently(user, friends[3], false);
    await aloud(user, friends[4], false);
    await aloud(user, stranger, true);
    const now = [...friends.filter((friend) => friend !== friends[4]), stranger];
    expect(await list(user, friends[2], friends[6], 10)).toEqual(now.slice(2, 5));
    expect(await list(user, 0n, 0n, 4)).toEqual(now.slice(0, 4));
    expect(await list(user, stranger, 0n, 4)).toEqual([stranger]);
    expect(await list(user, stranger + 1n, 0n, 4)).toEqual([]);
  });

  test("are not made of a part of a list", async () => {
    const [user, ...friends] = people(12);
    await Promise.all(friends.map((friend) => silently(user, friend, true)));
    const list = listsWith();
    expect(await list(user, friends[3])).toEqual(friends.slice(3));
    expect(await list(user, 1n, friends[3])).toEqual(friends.slice(0, 3));
    expect(await list(user, 1n, 0n, friends.length)).toEqual(friends);
    await silently(user, friends[0], false);
    expect(await list(user)).toEqual(friends.slice(1));
  });

  test("do not count when too many edges have changed since", async () => {
    const { user, friends, list } = await packed();
    await silently(user, friends[3], false);
    const more = people(MAX_CHANGED + 1);
    await Promise.all(more.slice(1).map((friend) => aloud(user, friend, true)));
    expect(await list(user)).toEqual(sorted([...friends, ...more.slice(1)]));
    await aloud(user, more[0], true);
    expect(await list(user)).toEqual(sorted([...friends.toSpliced(3, 1), ...more]));
  });

  test("count for seven days from their reading, by any clock that is right", async () => {
    const { user, friends, list } = await packed();
    await silently(user, friends[3], false);
    const now = friends.toSpliced(3, 1);
    clock.stepWall(-2 * HOUR_MS);
    expect(await list(user)).toEqual(now);
    clock.stepWall(2 * HOUR_MS + 7 * DAY_MS - 1);
    expect(await list(user)).toEqual(friends);
    clock.stepWall(1);
    expect(await list(user)).toEqual(now);
    clock.stepWall(-1);
    expect(await list(user)).toEqual(now);
  });

  test("are looked up for a day after a change, and then made anew", async () => {
    const { user, friends, list } = await packed();
    await aloud(user, friends[5], false);
    await silently(user, friends[3], false);
    clock.stepWall(DAY_MS);
    expect(await list(user)).toEqual(friends.toSpliced(5, 1));
    clock.stepWall(1);
    const now = friends.toSpliced(5, 1).toSpliced(3, 1);
    expect(await list(user)).toEqual(now);
    await silently(user, friends[5], true);
    expect(await list(user)).toEqual(now);
  });

  test("expire", async () => {
    const { user } = await packed();
    const [row] = await keyspace.cql.run(
      "SELECT TTL(packed) AS seconds FROM friend_lists WHERE user = ? AND friend = 0",
      [user],
    );
    expect(Number(row.seconds) / 86_400).toBeCloseTo(7, 1);
  });

  test("do not come back by a writer that paused", async () => {
    const { user, friends, list } = await packed();
    const pairs = pairsOf([friends[0]]);
    await listRows.write(user, { readAtMs: clock.nowMs() - 1, friends: pairs });
    expect(await list(user)).toEqual(friends);
    await listRows.write(user, { readAtMs: clock.nowMs() + 1, friends: pairs });
    expect(await list(user)).toEqual([friends[0]]);
  });

  test("are neither read nor made while others change edges silently, nor used that were made before", async () => {
    const { user, friends, list } = await packed();
    await silently(user, friends[3], false);
    let goneByMs: number | undefined;
    const careful = listsWith(() => goneByMs);
    expect(await careful(user)).toEqual(friends.toSpliced(3, 1));
    expect(await list(user)).toEqual(friends);
    goneByMs = clock.nowMs() - 1;
    expect(await careful(user)).toEqual(friends);
    goneByMs = clock.nowMs();
    expect(await careful(user)).toEqual(friends.toSpliced(3, 1));
  });
}
