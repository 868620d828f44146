import fc from "fast-check";
import { expect, test } from "vitest";
import { userIdOf } from "../../model/ids.ts";
import { pairsOf } from "../../model/wire/id-pairs.ts";
import type { Neighbours } from "./friends-of-friends.ts";
import { suggest } from "./suggestions.ts";

type Graph = ReadonlyMap<bigint, ReadonlySet<bigint>>;

function graphOf(edges: readonly (readonly [bigint, bigint])[]): Graph {
  const graph = new Map<bigint, Set<bigint>>();
  for (const [a, b] of edges) {
    if (a === b) continue;
    graph.getOrInsertComputed(a, () => new Set()).add(b);
    graph.getOrInsertComputed(b, () => new Set()).add(a);
  }
  return graph;
}

const neighboursIn =
  (graph: Graph): Neighbours =>
  async (people) =>
    people.slice(0, 2).map((person) => pairsOf([...(graph.get(person) ?? [])]));

/** Every pair of people compared: slow, and plainly right. */
function naive(graph: Graph, user: bigint) {
  const friends = graph.get(user) ?? new Set();
  return [...graph]
    .filter(([person]) => person !== user && !friends.has(person))
    .map(([person, theirs]) => ({ person, commonFriends: theirs.intersection(friends).size }))
    .filter(({ commonFriends }) => commonFriends > 0)
    .sort((a, b) => b.commonFriends - a.commonFriends || (a.person < b.person ? -1 : 1));
}

const anId = fc.oneof(fc.bigInt(1n, 14n), fc.bigInt(2n ** 33n, 2n ** 33n + 8n));
const BOUNDS = { maxVisited: 1_000, maxCounted: 1_000 };

test("are the friends of friends, those with the most common friends first", async () => {
  const property = fc.asyncProperty(
    fc.array(fc.tuple(anId, anId), { maxLength: 80 }),
    anId,
    fc.integer({ min: 1, max: 30 }),
    async (edges, user, limit) => {
      const graph = graphOf(edges);
      const all = naive(graph, user);
      const { people, truncated } = await suggest(
        { user: userIdOf(user), limit, ...BOUNDS },
        neighboursIn(graph),
      );
      const counts = people.map(({ commonFriends }) => commonFriends);
      expect(counts).toEqual(all.slice(0, limit).map(({ commonFriends }) => commonFriends));
      expect(people).toEqual(all.slice(0, limit));
      expect(truncated).toBe(all.length > limit);
    },
  );
  await fc.assert(property);
});

test("says so when there are too many friends, or too many people to count", async () => {
  const graph = graphOf([
    [1n, 2n],
    [1n, 3n],
    ...Array.from({ length: 50 }, (_, i) => [2n, BigInt(10 + i)] as const),
    [3n, 10n],
  ]);
  const ask = { user: userIdOf(1n), limit: 1, ...BOUNDS };
  expect(await suggest({ ...ask, maxVisited: 1 }, neighboursIn(graph))).toEqual({
    people: [],
    truncated: true,
  });
  const few = await suggest({ ...ask, maxCounted: 20 }, neighboursIn(graph));
  expect(few).toEqual({ people: [{ person: 10n, commonFriends: 2 }], truncated: true });
});
