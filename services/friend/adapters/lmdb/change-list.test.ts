import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { MAX_ID } from "../../../model/ids.ts";
import { idsOf } from "../../../model/wire/id-pairs.ts";
import { type Lmdb, openLmdb } from "../../../platform/storage/lmdb/open.ts";
import { changeList } from "./change-list.ts";
import { MAX_CHUNK_IDS } from "./list-layout.ts";
import { PairsArena } from "./pairs-arena.ts";
import { checkFriends, countFriends, readList, readRange } from "./read-list.ts";

let folder: string;
let lmdb: Lmdb;
let nextUser = 1n;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tidings-friend-lists-"));
  lmdb = openLmdb(folder);
});

afterAll(async () => {
  await lmdb.close();
  await rm(folder, { recursive: true });
});

type Kind = "add" | "remove";

/** Makes the changes in one transaction; gives which of them changed something. */
function change(user: bigint, changes: readonly (readonly [Kind, bigint])[]): Promise<boolean[]> {
  const table = lmdb.table("friends");
  return lmdb.commit((tx) =>
    changes.map(([kind, id]) => changeList({ tx, table, user, friend: id, kind })),
  );
}

const read = (key: Buffer) => lmdb.table("friends").peek(key);
const arena = new PairsArena();
const oneTo = (last: number) => Array.from({ length: last }, (_, i) => BigInt(i + 1));

const ascending = (a: bigint, b: bigint) => (a < b ? -1 : 1);
/** Few enough ids that they meet, from all of the range. */
const anId = fc.oneof(
  fc.bigInt(1n, 2_000n),
  fc.bigInt(MAX_ID - 400n, MAX_ID),
  fc.bigInt(2n ** 32n - 200n, 2n ** 32n + 200n),
);

test("lists of any length are what a set says they are", async () => {
  const aChange = fc.tuple(fc.constantFrom<Kind>("add", "add", "remove"), anId);
  const property = fc.asyncProperty(
    fc.array(aChange, { minLength: 1, maxLength: 2_500, size: "max" }),
    fc.tuple(anId, anId, fc.integer({ min: 1, max: 700 })),
    async (changes, [from, before, max]) => {
      const user = nextUser++;
      const model = new Set<bigint>();
      const expected = changes.map(([kind, id]) => {
        const isThere = model.has(id);
        if (kind === "add") model.add(id);
        else model.delete(id);
        return isThere !== (kind === "add");
      });
      expect(await change(user, changes)).toEqual(expected);
      const all = [...model].sort(ascending);
      expect(countFriends(read, user)).toBe(all.length);
      expect(idsOf(readList(read, arena, user, 10_000).friends)).toEqual(all);
      const inRange = all.filter((id) => id >= from && id < before).slice(0, max);
      expect(idsOf(readRange({ read, user, from, before, max }))).toEqual(inRange);
      const fromOn = all.filter((id) => id >= from).slice(0, max);
      expect(idsOf(readRange({ read, user, from, before: 0n, max }))).toEqual(fromOn);
      const probes = changes.map(([, id]) => id);
      expect(checkFriends(read, user, probes)).toEqual(probes.map((id) => model.has(id)));
    },
  );
  await fc.assert(property, { numRuns: 25 });
});

test("neighbours in the key order do not mix, up to the last id there is", async () => {
  const many = oneTo(3 * MAX_CHUNK_IDS);
  const additions = many.map((id) => ["add", id] as const);
  await change(MAX_ID, additions);
  await change(MAX_ID - 1n, [...additions, ["add", MAX_ID]]);
  expect(readList(read, arena, MAX_ID, 1_000).friendCount).toBe(many.length);
  expect(idsOf(readList(read, arena, MAX_ID, 1_000).friends)).toEqual(many);
  expect(
    idsOf(readRange({ read, user: MAX_ID - 1n, from: 700n, before: 0n, max: 100 })).at(-1),
  ).toBe(MAX_ID);
});

test("a list longer than asked for is counted and not read", async () => {
  const user = nextUser++;
  await change(
    user,
    oneTo(300).map((id) => ["add", id]),
  );
  expect(readList(read, arena, user, 299)).toEqual({
    friendCount: 300,
    friends: new Uint32Array(0),
  });
  expect(readList(read, arena, user, 300).friends.length).toBe(600);
});

test("nothing stays behind of a list that became empty", async () => {
  const keysBefore = lmdb.table("friends").count();
  const user = nextUser++;
  await change(
    user,
    oneTo(1_000).map((id) => ["add", id]),
  );
  expect(lmdb.table("friends").count()).toBeGreaterThan(keysBefore + 4);
  await change(
    user,
    oneTo(1_000).map((id) => ["remove", id]),
  );
  expect(readList(read, arena, user, 10).friendCount).toBe(0);
  expect(lmdb.table("friends").count()).toBe(keysBefore);
});
