import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { userIdOf } from "../../model/ids.ts";
import { idsOf, pairsOf } from "../../model/wire/id-pairs.ts";
import { friendsOfFriends, type Neighbours } from "./friends-of-friends.ts";

type Graph = ReadonlyMap<bigint, ReadonlySet<bigint>>;

function graphOf(edges: readonly (readonly [bigint, bigint])[]): Graph {
  const graph = new Map<bigint, Set<bigint>>();
  for (const [a, b] of edges.flatMap(([a, b]) => [
    [a, b],
    [b, a],
  ])) {
    if (a !== b) graph.getOrInsertComputed(a, () => new Set()).add(b);
  }
  return graph;
}

/** Answers for at most `perRead` people at a time. */
function neighboursIn(graph: Graph, perRead = 3): Neighbours & { asked: bigint[] } {
  const asked: bigint[] = [];
  const neighbours: Neighbours = async (people) => {
    const some = people.slice(0, perRead);
    asked.push(...some);
    return some.map((person) => pairsOf([...(graph.get(person) ?? [])]));
  };
  return Object.assign(neighbours, { asked });
}

/** Distances by relaxing every edge until nothing changes: slow, and plainly right. */
function peopleAt(graph: Graph, user: bigint, degree: number): bigint[] {
  const distance = new Map([[user, 0]]);
  for (let step = 0; step < degree; step++) {
    for (const [person, d] of [...distance]) {
      for (const friend of graph.get(person) ?? []) {
        distance.set(friend, Math.min(distance.get(friend) ?? Infinity, d + 1));
      }
    }
  }
  return [...distance].filter(([, d]) => d === degree).map(([person]) => person);
}

async function search(
  graph: Graph,
  query: { user: bigint; degree: number; limit?: number; maxVisited?: number },
  neighbours: Neighbours = neighboursIn(graph),
) {
  const whole = { limit: 100_000, maxVisited: 100_000, ...query, user: userIdOf(query.user) };
  const pages = await Array.fromAsync(friendsOfFriends(whole, neighbours));
  return {
    ids: pages.flatMap(({ ids }) => idsOf(ids)),
    truncated: pages.at(-1)?.truncated,
    pages: pages.length,
  };
}

test("who has too many friends to be read is left out, and the answer says so", async () => {
  const graph = graphOf([
    [1n, 2n],
    [1n, 3n],
    [2n, 4n],
    [3n, 5n],
  ]);
  const readable = neighboursIn(graph);
  const neighbours: Neighbours = async (people) => {
    const lists = await readable(people);
    return lists.map((list, i) => (people[i] === 3n ? undefined : list));
  };
  const found = await search(graph, { user: 1n, degree: 2 }, neighbours);
  expect(found).toMatchObject({ ids: [4n], truncated: true });
  const further = await search(graph, { user: 1n, degree: 3 }, neighbours);
  expect(further).toMatchObject({ ids: [], truncated: true });
});

const sorted = (ids: readonly bigint[]) => [...ids].sort((a, b) => (a < b ? -1 : 1));
const anEdge = fc.tuple(fc.bigInt(1n, 40n), fc.bigInt(1n, 40n));
const aQuery = fc.record({
  edges: fc.array(anEdge, { maxLength: 60 }),
  user: fc.bigInt(1n, 40n),
  degree: fc.constantFrom(2, 3),
});

describe("friends of friends", () => {
  test("are exactly those at this distance, each once", async () => {
    const property = fc.asyncProperty(aQuery, async ({ edges, user, degree }) => {
      const graph = graphOf(edges);
      const { ids, truncated } = await search(graph, { user, degree });
      expect(sorted(ids)).toEqual(sorted(peopleAt(graph, user, degree)));
      expect(truncated).toBe(false);
    });
    await fc.assert(property);
  });

  test("within a limit are some of them, and truncated says whether there are more", async () => {
    const aLimit = fc.integer({ min: 1, max: 12 });
    const property = fc.asyncProperty(aQuery, aLimit, async ({ edges, user, degree }, limit) => {
      const graph = graphOf(edges);
      const all = peopleAt(graph, user, degree);
      const { ids, truncated } = await search(graph, { user, degree, limit });
      expect(ids.length).toBe(Math.min(limit, all.length));
      expect(new Set(all).isSupersetOf(new Set(ids))).toBe(true);
      expect(truncated).toBe(all.length > limit);
    });
    await fc.assert(property);
  });

  test("behind a level of too many people are not answered at all, which truncated says", async () => {
    const property = fc.asyncProperty(
      aQuery,
      fc.integer({ min: 1, max: 20 }),
      async ({ edges, user, degree }, maxVisited) => {
        const graph = graphOf(edges);
        const neighbours = neighboursIn(graph);
        const { ids, truncated } = await search(graph, { user, degree, maxVisited }, neighbours);
        const all = peopleAt(graph, user, degree);
        expect(neighbours.asked.length).toBeLessThanOrEqual(maxVisited);
        expect(sorted(ids)).toEqual(truncated ? [] : sorted(all));
      },
    );
    await fc.assert(property);
  });

  test("come in pages, the last of which alone may be short", async () => {
    const edges = Array.from({ length: 12_000 }, (_, i) => [2n, BigInt(i + 3)] as const);
    const graph = graphOf([[1n, 2n], ...edges]);
    const { ids, pages } = await search(graph, { user: 1n, degree: 2 });
    expect(ids).toEqual(edges.map(([, friend]) => friend));
    expect(pages).toBe(3);
  });

  test("are not searched any further than somebody reads", async () => {
    const neighbours = neighboursIn(graphOf([[1n, 2n]]));
    const search = friendsOfFriends(
      { user: userIdOf(1n), degree: 2, limit: 1, maxVisited: 10 },
      neighbours,
    );
    await search.return();
    expect(neighbours.asked).toEqual([]);
  });
});
