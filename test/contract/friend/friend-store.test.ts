import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  decodeChange,
  encodeChange,
  writeBothEnds,
} from "../../../services/friend/adapters/cql/edge-change.ts";
import {
  type EdgeKey,
  type EdgeState,
  reversed,
} from "../../../services/friend/adapters/cql/edge-rows.ts";
import { CqlListRows } from "../../../services/friend/adapters/cql/lists/list-rows.ts";
import { CqlPartRows } from "../../../services/friend/adapters/cql/parts/cql-part-rows.ts";
import { readEdge, writeEdge } from "../../../services/friend/adapters/cql/parts/edge-parts.ts";
import { present } from "../../../services/model/invariant.ts";
import { systemClock } from "../../../services/platform/clock/system-clock.ts";
import { readEngines } from "../../../tools/engines/engines.ts";
import { consentsContract } from "./consents.contract.ts";
import { friendStoreContract, people } from "./friend-store.contract.ts";
import {
  cqlFriendFixture,
  lmdbFriendFixture,
  memoryFriendFixture,
  openFriendKeyspace,
} from "./friend-store.fixtures.ts";

const DATA_DIR = resolve(import.meta.dirname, "../../..", process.env.TIDINGS_DATA_DIR ?? ".data");
const engines = await readEngines(DATA_DIR);

describe("friend store, LMDB", () => {
  friendStoreContract(lmdbFriendFixture);
  consentsContract(lmdbFriendFixture);
});

describe("friend store, CQL in memory", () => {
  friendStoreContract(() => memoryFriendFixture());
  consentsContract(() => memoryFriendFixture());
});

describe.skipIf(!engines)("friend store, CQL (needs `npm run engines -- up`)", () => {
  friendStoreContract(() => cqlFriendFixture(present(engines)));
  consentsContract(() => cqlFriendFixture(present(engines)));

  describe("with a partition for each hundred friends", () => {
    friendStoreContract(() => cqlFriendFixture(present(engines), 100));
  });

  describe("with a partition for every friend", () => {
    consentsContract(() => cqlFriendFixture(present(engines), 1));
  });

  describe("the rows of an edge", () => {
    let keyspace: Awaited<ReturnType<typeof openFriendKeyspace>>;
    let rows: CqlPartRows;
    beforeAll(async () => {
      keyspace = await openFriendKeyspace(present(engines));
      rows = new CqlPartRows(keyspace.cql, new CqlListRows(keyspace.cql, systemClock));
    });
    afterAll(() => keyspace?.drop());

    const added = { isPresent: true, version: 1_000n };
    const removed = { isPresent: false, version: 2_000n };

    function newEdge(): EdgeKey {
      const [user, friend] = people(2);
      return { user, friend };
    }
    const both = (key: EdgeKey) =>
      Promise.all([key, reversed(key)].map((end) => readEdge(rows, end)));
    const complete = (key: EdgeKey, state: EdgeState) =>
      writeBothEnds(rows, decodeChange(encodeChange({ key, state })));

    test("are completed from the outbox, whichever of them was written", async () => {
      for (const turn of [(key: EdgeKey) => key, reversed]) {
        const key = newEdge();
        await complete(key, added);
        await writeEdge(rows, turn(key), removed);
        await complete(key, removed);
        expect(await both(key)).toEqual([removed, removed]);
      }
    });

    test("stay as they are when an older change is completed late, and again", async () => {
      const key = newEdge();
      await complete(key, removed);
      await complete(key, added);
      await complete(key, removed);
      expect(await both(key)).toEqual([removed, removed]);
    });

    test("are both removed by the one of two changes with the same version that removes", async () => {
      const key = newEdge();
      const ending = { ...removed, version: added.version };
      await Promise.all([
        writeEdge(rows, key, added),
        writeEdge(rows, key, ending),
        writeEdge(rows, reversed(key), ending),
        writeEdge(rows, reversed(key), added),
      ]);
      expect(await both(key)).toEqual([ending, ending]);
    });
  });
});
