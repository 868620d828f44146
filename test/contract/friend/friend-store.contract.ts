import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { EdgeOutcome, FriendStore } from "../../../services/friend/ports.ts";
import { type UserId, userIdOf } from "../../../services/model/ids.ts";
import { present } from "../../../services/model/invariant.ts";
import { idsOf } from "../../../services/model/wire/id-pairs.ts";

/** One graph, empty for the people that a test makes up. */
export interface FriendStoreFixture {
  /** One store a process that may write: the embedded engine has one, the real one any number. */
  readonly stores: readonly FriendStore[];
  /** The events in the outbox, as texts. */
  events(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Of stores made for the contract. */
export const CONTRACT_LIMITS = { friends: 700, "requests-out": 6, blocks: 4 };
const LARGE = { maxFriendsEach: 10_000, maxTotalBytes: 1_000_000 };

type Kind = "add" | "remove";

/** What every adapter of the friend store promises. */
export function friendStoreContract(create: () => Promise<FriendStoreFixture>): void {
  let fixture: FriendStoreFixture;
  let store: FriendStore;
  beforeAll(async () => {
    fixture = await create();
    store = fixture.stores[0];
  });
  afterAll(() => fixture?.close());

  interface ChangeOptions {
    readonly from?: FriendStore;
    readonly text?: string;
  }
  const change = (
    kind: Kind,
    user: UserId,
    friend: UserId,
    { from = store, text = "event" }: ChangeOptions = {},
  ) => from[kind]({ user, friend, event: Buffer.from(text) });

  async function befriend(user: UserId, friends: readonly UserId[]) {
    await Promise.all(friends.map((friend) => change("add", user, friend)));
  }

  async function listOf(user: UserId) {
    const [list] = await store.lists([user], LARGE);
    return idsOf(list.friends);
  }

  test("what is told of people is in the outbox, and changes nothing else", async () => {
    await store.tell(Buffer.from("somebody joined"));
    expect(await fixture.events()).toContain("somebody joined");
  });

  describe("an edge", () => {
    test("has both directions from the answer on, and is made and ended once", async () => {
      const [a, b] = people(2);
      expect(await change("add", a, b)).toEqual({ kind: "changed" });
      expect(await change("add", b, a)).toEqual({ kind: "unchanged" });
      expect([await listOf(a), await listOf(b)]).toEqual([[b], [a]]);
      expect(await change("remove", b, a)).toEqual({ kind: "changed" });
      expect(await change("remove", a, b)).toEqual({ kind: "unchanged" });
      expect([await listOf(a), await listOf(b)]).toEqual([[], []]);
      expect(await change("add", a, b)).toEqual({ kind: "changed" });
      expect(await store.counts([a, b])).toEqual([1, 1]);
    });

    test("is among those that have changed lately, whatever it became, and for no longer", async () => {
      const [a, b, c, d] = people(4);
      const beganMs = Date.now();
      await befriend(a, [b, c]);
      await change("remove", c, a);
      const lately = async (user: UserId, sinceMs = beganMs) =>
        [...(await store.changed(user, sinceMs))].sort((one, other) => (one < other ? -1 : 1));
      expect(await lately(a)).toEqual([b, c].sort((one, other) => (one < other ? -1 : 1)));
      expect([await lately(b), await lately(c), await lately(d)]).toEqual([[a], [a], []]);
      expect(await lately(a, Date.now() + 60_000)).toEqual([]);
    });

    test("has an event for each change, stored with it, and none when nothing changed", async () => {
      const [a, b] = people(2);
      const told = async () => (await fixture.events()).filter((text) => text.endsWith(`${a}`));
      await change("remove", a, b, { text: `none ${a}` });
      await change("add", a, b, { text: `first ${a}` });
      expect(await told()).toEqual([`first ${a}`]);
      await change("add", b, a, { text: `again ${a}` });
      await change("remove", b, a, { text: `last ${a}` });
      expect((await told()).sort()).toEqual([`first ${a}`, `last ${a}`]);
    });

    test("is not made for a person who has the most friends allowed, at either end", async () => {
      const [popular, late, ...friends] = people(2 + CONTRACT_LIMITS.friends);
      await befriend(popular, friends);
      const full = { kind: "full", user: popular };
      expect(await change("add", popular, late)).toEqual(full);
      expect(await change("add", late, popular)).toEqual(full);
      expect(await change("add", popular, friends[0])).toEqual({ kind: "unchanged" });
      expect(await listOf(late)).toEqual([]);
      await change("remove", friends[0], popular);
      expect(await change("add", late, popular)).toEqual({ kind: "changed" });
    });
  });

  describe("a list", () => {
    const [reader, ...friends] = people(602);
    const stranger = present(friends.pop());
    beforeAll(() => befriend(reader, friends.toReversed()));

    test("ascends, whatever the order of the changes, and has its count", async () => {
      expect(await listOf(reader)).toEqual(friends);
      expect(await store.counts([reader, stranger, reader])).toEqual([600, 0, 600]);
    });

    test("that is too long is counted only", async () => {
      const bounds = { ...LARGE, maxFriendsEach: 599 };
      const lists = await store.lists([friends[0], reader, stranger, reader], bounds);
      expect(lists.map(({ friendCount }) => friendCount)).toEqual([1, 600, 0, 600]);
      expect(lists.map((list) => idsOf(list.friends))).toEqual([[reader], [], [], []]);
    });

    test("that does not fit the rest of the answer ends it, but the first always comes", async () => {
      const ask = async (maxTotalBytes: number) =>
        (await store.lists([reader, friends[0], reader, friends[0]], { ...LARGE, maxTotalBytes }))
          .length;
      expect(await ask(2 * 600 * 8 + 16)).toBe(4);
      expect(await ask(2 * 600 * 8 + 8)).toBe(3);
      expect(await ask(2 * 600 * 8 + 7)).toBe(2);
      expect(await ask(1)).toBe(1);
    });

    test("is read by ranges of ids, each at most so long", async () => {
      const range = async (from: bigint, before: bigint, max: number) =>
        idsOf(await store.range(reader, from, before, max));
      expect(await range(0n, 0n, 1_000)).toEqual(friends);
      expect(await range(friends[599], 0n, 10)).toEqual([friends[599]]);
      expect(await range(friends[599] + 1n, 0n, 10)).toEqual([]);
      expect(await range(friends[100], friends[500], 1_000)).toEqual(friends.slice(100, 500));
      expect(await range(friends[100] + 1n, friends[500] + 1n, 300)).toEqual(
        friends.slice(101, 401),
      );
      expect(await range(friends[5], friends[5], 10)).toEqual([]);
    });

    test("is asked about many people at once, repeats and oneself included", async () => {
      const others = [stranger, ...friends.slice(0, 400), stranger, friends[7], reader];
      const expected = [false, ...friends.slice(0, 400).map(() => true), false, true, false];
      expect(await store.check(reader, others)).toEqual(expected);
      expect(await store.check(stranger, [reader])).toEqual([false]);
    });
  });

  test("concurrent changes of an edge leave both directions equal, and the last one alone wins", async () => {
    const aChange = fc.record({
      kind: fc.constantFrom<Kind>("add", "remove"),
      isReversed: fc.boolean(),
      store: fc.nat(),
    });
    const rounds = fc.array(fc.array(aChange, { minLength: 1, maxLength: 8 }), {
      minLength: 1,
      maxLength: 5,
    });
    const property = fc.asyncProperty(rounds, aChange, async (concurrent, last) => {
      const [a, b] = people(2);
      const run = (one: typeof last): Promise<EdgeOutcome> => {
        const from = fixture.stores[one.store % fixture.stores.length];
        return one.isReversed ? change(one.kind, b, a, { from }) : change(one.kind, a, b, { from });
      };
      let isFriend = false;
      for (const round of [...concurrent, [last]]) {
        await Promise.all(round.map(run));
        const kinds = new Set(round.map(({ kind }) => kind));
        const [[there], [back]] = await Promise.all([store.check(a, [b]), store.check(b, [a])]);
        expect(there).toBe(back);
        if (kinds.size === 1) expect(there).toBe(kinds.has("add"));
        isFriend = there;
      }
      expect(isFriend).toBe(last.kind === "add");
      expect(await store.counts([a, b])).toEqual(isFriend ? [1, 1] : [0, 0]);
    });
    await fc.assert(property, { numRuns: 40 });
  });
}

/** So many people, ascending, whom no other test knows: all tests of a suite share one graph. */
export function people(count: number): UserId[] {
  const first = randomBytes(6).readUIntBE(0, 6) * 2 ** 10;
  return Array.from({ length: count }, (_, i) => userIdOf(BigInt(first) + BigInt(3 * i + 1)));
}
