import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type Act,
  RELATIONS,
  type Relation,
  STRANGERS,
} from "../../../services/friend/domain/standing.ts";
import type { FriendStore } from "../../../services/friend/ports.ts";
import type { UserId } from "../../../services/model/ids.ts";
import { present } from "../../../services/model/invariant.ts";
import { outcomesOf, shapeOf } from "../../support/acts-in-any-order.ts";
import { CONTRACT_LIMITS, type FriendStoreFixture, people } from "./friend-store.contract.ts";

const NOW_MS = Date.UTC(2026, 10, 28);
const ALL = 10_000;

/** What every adapter promises of requests and blocks. */
export function consentsContract(create: () => Promise<FriendStoreFixture>): void {
  let fixture: FriendStoreFixture;
  let store: FriendStore;
  beforeAll(async () => {
    fixture = await create();
    store = fixture.stores[0];
  });
  afterAll(() => fixture?.close());

  const act = (act: Act, user: UserId, other: UserId, from = store) =>
    from.act({ user, other, act, nowMs: NOW_MS, event: Buffer.from(`${act} ${user}`) });
  const done = (changed: boolean, areFriends = false) => ({ kind: "done", changed, areFriends });

  async function listOf(user: UserId, relation: Relation, from = 0n, max = ALL) {
    return store.related({ user, relation, from, max });
  }
  const idsOn = async (user: UserId, relation: Relation) =>
    (await listOf(user, relation)).map(({ userId }) => userId);

  /** How the two stand, by everything that can be read of them. */
  async function standing(a: UserId, b: UserId): Promise<string> {
    const [[ab], [ba]] = await Promise.all([store.check(a, [b]), store.check(b, [a])]);
    expect(ab).toBe(ba);
    const [aLists, bLists] = await Promise.all([listsOf(a, b), listsOf(b, a)]);
    return shapeOf(ab, aLists, bLists);
  }

  async function listsOf(user: UserId, other: UserId): Promise<Relation[]> {
    const found = await Promise.all(RELATIONS.map((relation) => idsOn(user, relation)));
    const [isHidden] = await store.hidden(user, [other]);
    const lists = RELATIONS.filter((_, i) => found[i].includes(other));
    expect(lists.includes("hidden")).toBe(isHidden);
    return lists;
  }

  describe("requests", () => {
    test("make friends when both have asked, with an event then and none before", async () => {
      const [a, b] = people(2);
      expect(await act("request", a, b)).toEqual(done(true));
      expect(await act("request", a, b)).toEqual(done(false));
      expect(await listOf(a, "requests-out")).toEqual([{ userId: b, sinceMs: NOW_MS }]);
      expect(await listOf(b, "requests-in")).toEqual([{ userId: a, sinceMs: NOW_MS }]);
      expect(await store.check(a, [b])).toEqual([false]);
      expect(await act("request", b, a)).toEqual(done(true, true));
      expect(await act("request", a, b)).toEqual(done(false, true));
      expect(await standing(a, b)).toBe(shapeOf(true, [], []));
      const told = await fixture.events();
      expect(told.filter((text) => text.endsWith(`${a}`))).toEqual([]);
      expect(told.filter((text) => text.endsWith(`${b}`))).toEqual([`request ${b}`]);
    });

    test.each(["one", "two"])(
      "of both at the same instant make them friends once, through %s",
      async (which) => {
        const other = which === "one" ? store : fixture.stores.at(-1);
        for (let round = 0; round < 10; round++) {
          const [a, b] = people(2);
          const outcomes = await Promise.all([act("request", a, b), act("request", b, a, other)]);
          expect(
            outcomes.filter((outcome) => outcome.kind === "done" && outcome.areFriends),
          ).toHaveLength(1);
          expect(await standing(a, b)).toBe(shapeOf(true, [], []));
          expect(await store.counts([a, b])).toEqual([1, 1]);
        }
      },
    );

    test("are withdrawn, declined, and ended by the same act, from either end", async () => {
      const [a, b] = people(2);
      for (const by of [a, b]) {
        const other = by === a ? b : a;
        await act("request", a, b);
        expect(await act("decline", by, other)).toEqual(done(true));
        expect(await act("decline", by, other)).toEqual(done(false));
        expect(await standing(a, b)).toBe(shapeOf(false, [], []));
        await act("request", a, b);
        await act("request", b, a);
        expect(await act("decline", by, other)).toEqual(done(true));
        expect(await standing(a, b)).toBe(shapeOf(false, [], []));
      }
    });

    test("are no more when a service makes the two friends", async () => {
      const [a, b] = people(2);
      await act("request", a, b);
      expect(await store.add({ user: b, friend: a, event: Buffer.from("x") })).toEqual({
        kind: "changed",
      });
      expect(await standing(a, b)).toBe(shapeOf(true, [], []));
    });

    test("of one person are bounded, and those to one person are not", async () => {
      const [asker, ...others] = people(2 + CONTRACT_LIMITS["requests-out"]);
      const last = present(others.pop());
      for (const other of others) await act("request", asker, other);
      const full = { kind: "full", list: "requests-out", user: asker };
      expect(await act("request", asker, last)).toEqual(full);
      expect(await act("request", asker, others[0])).toEqual(done(false));
      await act("decline", others[0], asker);
      expect(await act("request", asker, last)).toEqual(done(true));
    });

    test("to one person come in pages, ascending", async () => {
      const [popular, ...askers] = people(60);
      await Promise.all(askers.toReversed().map((asker) => act("request", asker, popular)));
      const read: UserId[] = [];
      for (let from = 0n; ; from = (read.at(-1) ?? 0n) + 1n) {
        const page = await listOf(popular, "requests-in", from, 25);
        read.push(...page.map(({ userId }) => userId));
        if (page.length < 25) break;
      }
      expect(read).toEqual(askers);
    });
  });

  describe("blocks", () => {
    test("end what is between two people, and hide both", async () => {
      const [a, b, c] = people(3);
      await store.add({ user: a, friend: b, event: Buffer.from("x") });
      await act("request", c, a);
      expect(await act("block", a, b)).toEqual(done(true));
      expect(await act("block", a, b)).toEqual(done(false));
      await act("block", a, c);
      expect(await listOf(a, "blocks")).toEqual(
        [b, c].map((userId) => ({ userId, sinceMs: NOW_MS })),
      );
      expect(await store.hidden(a, [b, c, a])).toEqual([true, true, false]);
      expect(await store.hidden(b, [a, c])).toEqual([true, false]);
      expect(await idsOn(b, "blocks")).toEqual([]);
      expect(await standing(a, c)).toBe(shapeOf(false, ["blocks", "hidden"], ["hidden"]));
      expect(await store.counts([a, b])).toEqual([0, 0]);
    });

    test("forbid their owner to ask, and services to befriend the two", async () => {
      const [a, b] = people(2);
      await act("block", a, b);
      expect(await act("request", a, b)).toEqual({ kind: "blocked" });
      for (const [user, friend] of [
        [a, b],
        [b, a],
      ]) {
        const change = { user, friend, event: Buffer.from("x") };
        expect(await store.add(change)).toEqual({ kind: "blocked" });
      }
    });

    test("bring nothing back when they are lifted, but what was asked meanwhile", async () => {
      const [a, b] = people(2);
      await store.add({ user: a, friend: b, event: Buffer.from("x") });
      await act("block", a, b);
      expect(await act("unblock", a, b)).toEqual(done(true));
      expect(await act("unblock", a, b)).toEqual(done(false));
      expect(await standing(a, b)).toBe(shapeOf(false, [], []));
      await act("block", a, b);
      await act("request", b, a);
      expect(await idsOn(a, "requests-in")).toEqual([]);
      await act("unblock", a, b);
      expect(await idsOn(a, "requests-in")).toEqual([b]);
      expect(await act("request", a, b)).toEqual(done(true, true));
    });

    test("of one person are bounded", async () => {
      const [a, ...others] = people(2 + CONTRACT_LIMITS.blocks);
      const last = present(others.pop());
      for (const other of others) await act("block", a, other);
      expect(await act("block", a, last)).toEqual({ kind: "full", list: "blocks", user: a });
      await act("unblock", a, others[0]);
      expect(await act("block", a, last)).toEqual(done(true));
    });

    test("cannot be told from people who never answer", async () => {
      const acts = fc.array(fc.constantFrom<Act>("request", "decline", "block", "unblock"), {
        maxLength: 6,
      });
      const property = fc.asyncProperty(acts, async (moves) => {
        const [blocker, silent, asker] = people(3);
        await act("block", blocker, asker);
        for (const move of moves) {
          const seen = await Promise.all(
            [blocker, silent].map(async (other) => {
              const outcome = await act(move, asker, other);
              const lists = await Promise.all(
                (["requests-out", "requests-in", "blocks"] as const).map((one) =>
                  idsOn(asker, one),
                ),
              );
              const [isFriend] = await store.check(asker, [other]);
              return { outcome, isFriend, lists: lists.map((ids) => ids.includes(other)) };
            }),
          );
          expect(seen[0]).toEqual(seen[1]);
        }
      });
      await fc.assert(property, { numRuns: 20 });
    });
  });

  test("what is forgotten leaves nothing", async () => {
    const [a, b] = people(2);
    await act("block", a, b);
    await act("request", b, a);
    expect(await act("forget", b, a)).toEqual(done(true));
    expect(await standing(a, b)).toBe(shapeOf(false, [], []));
  });

  test("acts at the same time, through any store, lead where some order of them does", async () => {
    const aMove = fc.record({
      act: fc.constantFrom<Act>("request", "request", "decline", "block", "unblock"),
      isReversed: fc.boolean(),
      store: fc.nat(),
    });
    const rounds = fc.array(fc.array(aMove, { minLength: 1, maxLength: 3 }), { maxLength: 4 });
    const property = fc.asyncProperty(rounds, async (history) => {
      const [a, b] = people(2);
      let before = STRANGERS;
      for (const moves of history) {
        const from = fixture.stores;
        await Promise.all(
          moves.map(({ act: what, isReversed, store: index }) =>
            act(what, isReversed ? b : a, isReversed ? a : b, from[index % from.length]),
          ),
        );
        const possible = outcomesOf(before, moves);
        const found = await standing(a, b);
        expect([...possible.keys()]).toContain(found);
        before = possible.get(found) ?? STRANGERS;
      }
    });
    await fc.assert(property, { numRuns: 40 });
  });
}
