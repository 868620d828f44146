import { expect, it } from "vitest";
import { userIdOf } from "../../../model/ids.ts";
import { pairsOf } from "../../../model/wire/id-pairs.ts";
import type { FriendSource, ListedFriends } from "../../ports.ts";
import { FriendSets } from "./friend-sets.ts";

const [VIEWER, OTHER, FRIEND] = [1n, 2n, 3n].map(userIdOf);
const ROOM = 1_000_000;

/** A graph whose lists are answered one by one, in any order. */
function slowGraph() {
  const asked: PromiseWithResolvers<ListedFriends>[] = [];
  const source: FriendSource = {
    list: () => {
      const answer = Promise.withResolvers<ListedFriends>();
      asked.push(answer);
      return answer.promise;
    },
    check: async (_viewer, others) => others.map(() => true),
    untold: async (sinceMs) => ({ changes: [], untilMs: sinceMs, isCut: false }),
  };
  const answer = (place: number, friends: readonly bigint[], changed: readonly bigint[] = []) =>
    asked[place].resolve({ friends: pairsOf(friends), changed: changed.map(userIdOf) });
  return { source, asked, answer };
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

it("reads anew who goes elsewhere and comes back while their friends are being read", async () => {
  const { source, asked, answer } = slowGraph();
  const sets = new FriendSets(source, ROOM);
  const before = sets.load(VIEWER);
  await turns();
  sets.forgetWhere((viewer) => viewer === VIEWER);
  const after = sets.load(VIEWER);
  await turns();
  answer(0, []);
  await turns();
  expect(asked).toHaveLength(2);
  answer(1, [FRIEND]);
  expect([(await before).size, (await after).size]).toEqual([0, 1]);
  expect(sets.get(VIEWER)?.size).toBe(1);
});

it("holds nothing that was read for who has gone elsewhere, and all that was for others", async () => {
  const { source, answer } = slowGraph();
  const sets = new FriendSets(source, ROOM);
  const loads = [sets.load(VIEWER), sets.load(OTHER)];
  await turns();
  sets.forgetWhere((viewer) => viewer === VIEWER);
  for (const place of [0, 1]) answer(place, [FRIEND]);
  await Promise.all(loads);
  await turns();
  expect([sets.get(VIEWER), sets.get(OTHER)?.size]).toEqual([undefined, 1]);
});

it("says who has lately become a friend before anybody has the set, and nothing of who has not", async () => {
  const { source, answer } = slowGraph();
  const sets = new FriendSets(source, ROOM);
  const told: unknown[] = [];
  sets.onArrived = (...arrived) => told.push(arrived);
  const load = sets.load(VIEWER).then(() => told.push("loaded"));
  await turns();
  answer(0, [FRIEND], [FRIEND, OTHER]);
  await load;
  expect(told).toEqual([[VIEWER, [FRIEND]], "loaded"]);
});
