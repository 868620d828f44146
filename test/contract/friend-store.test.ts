import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Event } from "#gen/event/v1/event.ts";
import { completeEdge } from "../../services/friend/adapters/cql/complete-edge.ts";
import {
  type EdgeKey,
  readEdge,
  reversed,
  writeEdge,
} from "../../services/friend/adapters/cql/edge-rows.ts";
import { readEngines } from "../../tools/engines/engines.ts";
import { friendStoreContract, people } from "./friend-store.contract.ts";
import {
  cqlFriendFixture,
  lmdbFriendFixture,
  openFriendKeyspace,
} from "./friend-store.fixtures.ts";

const DATA_DIR = resolve(import.meta.dirname, "../..", process.env.TIDINGS_DATA_DIR ?? ".data");
const engines = await readEngines(DATA_DIR);

describe("friend store, LMDB", () => friendStoreContract(lmdbFriendFixture));

describe.skipIf(!engines)("friend store, CQL (needs `npm run engines -- up`)", () => {
  friendStoreContract(() => cqlFriendFixture(engines!));

  describe("a half-written edge", () => {
    let keyspace: Awaited<ReturnType<typeof openFriendKeyspace>>;
    beforeAll(async () => {
      keyspace = await openFriendKeyspace(engines!);
    });
    afterAll(() => keyspace?.drop());

    const key = (): EdgeKey => {
      const [user, friend] = people(2);
      return { user, friend };
    };
    const complete = ({ user, friend }: EdgeKey) => {
      const event = { $case: "friend", value: { userId: user, friendId: friend } } as const;
      return completeEdge(keyspace.cql)({
        payload: Event.encode({ event, requestId: "" }).finish(),
      });
    };
    const both = (edge: EdgeKey) =>
      Promise.all([edge, reversed(edge)].map((end) => readEdge(keyspace.cql, end)));

    const added = { isPresent: true, version: 1_000n };
    const removed = { isPresent: false, version: 2_000n };

    test.each([
      ["was being made", [added], added],
      ["was being ended", [added, removed], removed],
    ])("that %s is completed, whichever end was written first", async (_, writes, expected) => {
      for (const turn of [(edge: EdgeKey) => edge, reversed]) {
        const edge = key();
        const [first, last] = [writes[0], writes[writes.length - 1]];
        if (first !== last) {
          await writeEdge(keyspace.cql, edge, first);
          await writeEdge(keyspace.cql, reversed(edge), first);
        }
        await writeEdge(keyspace.cql, turn(edge), last);
        await complete(edge);
        await complete(edge);
        expect(await both(edge)).toEqual([expected, expected]);
      }
    });

    test("of which nothing was written stays so", async () => {
      const edge = key();
      await complete(edge);
      expect(await both(edge)).toEqual([0, 1].map(() => ({ isPresent: false, version: 0n })));
    });

    test("of two changes with one version is removed at both ends", async () => {
      const edge = key();
      const ending = { isPresent: false, version: added.version };
      await Promise.all([
        writeEdge(keyspace.cql, edge, added),
        writeEdge(keyspace.cql, edge, ending),
        writeEdge(keyspace.cql, reversed(edge), ending),
        writeEdge(keyspace.cql, reversed(edge), added),
      ]);
      expect(await both(edge)).toEqual([ending, ending]);
    });
  });
});
