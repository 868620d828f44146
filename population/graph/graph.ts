import { keyOf } from "../hash.ts";
import { degreeRows } from "./degree-rows.ts";
import { createMatching } from "./matching.ts";
import { domainOf, permute, unpermute } from "./permutation.ts";
import { createRings } from "./rings.ts";
import { createSpreadSort } from "./spread-sort.ts";
import { stubCounts } from "./stub-counts.ts";
import { createStubOwners } from "./stub-owners.ts";
import { checkedWorld, type World } from "./world.ts";

/** Who is whose friend, computed. People are whole numbers from 1; others throw RangeError. */
export interface ComputedGraph {
  readonly people: number;
  /** The most friends that anyone has. */
  readonly maxFriends: number;
  /** Exact, ascending, without repeats: as many as `degree` says. */
  friends(person: number): Int32Array;
  /** Exact; takes as long as `friends`. */
  degree(person: number): number;
  /**
   * What the person was given: a table look-up. The exact degree is within 2% and 2 friends of it from 1M
   * people on, and about it in small worlds. Never falls with the rank.
   */
  nominalDegree(person: number): number;
  /** Exact; looks through the friends of the one who has fewer. */
  areFriends(one: number, other: number): boolean;
  /** The person at this place, from 0, in the order of nominal degrees: for even samples of all degrees. */
  personAtRank(rank: number): number;
  /** The person's place, from 0: the inverse of personAtRank. */
  rankOf(person: number): number;
  /** Nominal degrees, and how many people have each, ascending. */
  readonly rows: readonly { readonly degree: number; readonly people: number }[];
}

/**
 * A graph in memory that does not grow with its people: some tables of a row a degree. A friend is a
 * neighbour on a ring (rings.ts: triangles) or a partner of one of the person's stubs (matching.ts:
 * everyone else). Both are symmetric by construction. Pairs found in both ways, or twice, or with
 * oneself, are left out: each side sees that by itself.
 */
export function createGraph(world: World): ComputedGraph {
  const { people, seed, celebrities, shape } = checkedWorld(world);
  const rows = degreeRows(people, shape, celebrities);
  const owners = createStubOwners(rows, stubCounts(rows, shape.maxFriends));
  const rings = createRings(rows);
  const matching = createMatching(owners.total, owners.maxEach, keyOf(seed, 1));
  const domain = domainOf(people);
  const rankKey = keyOf(seed, 2);
  const maxFriends = Math.max(shape.maxFriends, rows.at(-1)?.degree ?? 0);
  const rowOf = rowFinder(Int32Array.from(rows, ({ firstRank }) => firstRank));
  const stubs = new Float64Array(owners.maxEach);
  const found = new Int32Array(maxFriends);
  const sort = createSpreadSort(people, maxFriends);

  const rankOf = (person: number) => permute(person - 1, rankKey, domain);
  const personAtRank = (rank: number) => unpermute(rank, rankKey, domain) + 1;

  /** Ranks of all partners, repeats included, after the ring's neighbours; returns how many. */
  function collectRanks(rank: number, row: number): number {
    let count = rings.neighbours(rank, row, found);
    const given = owners.countOf(row);
    matching.partners(owners.firstStub(rank, row), given, stubs);
    for (let n = 0; n < given; n++) {
      if (stubs[n] >= owners.total) continue;
      const other = owners.rankOf(stubs[n]);
      if (other !== rank && !rings.areNeighbours(rank, row, other)) found[count++] = other;
    }
    return count;
  }

  function friends(person: number): Int32Array {
    assertPerson(person, people);
    const rank = rankOf(person);
    const count = collectRanks(rank, rowOf(rank));
    for (let n = 0; n < count; n++) found[n] = personAtRank(found[n]);
    return sort(found, count);
  }

  function nominalDegree(person: number): number {
    assertPerson(person, people);
    return rows[rowOf(rankOf(person))].degree;
  }

  function areFriends(one: number, other: number): boolean {
    assertPerson(one, people);
    assertPerson(other, people);
    if (one === other) return false;
    // Ranks ascend by degree.
    const few = Math.min(rankOf(one), rankOf(other));
    const many = Math.max(rankOf(one), rankOf(other));
    const row = rowOf(few);
    if (rings.areNeighbours(few, row, many)) return true;
    const given = owners.countOf(row);
    const first = owners.firstStub(many, rowOf(many));
    const end = first + owners.countOf(rowOf(many));
    matching.partners(owners.firstStub(few, row), given, stubs);
    for (let n = 0; n < given; n++) if (stubs[n] >= first && stubs[n] < end) return true;
    return false;
  }

  return {
    people,
    maxFriends,
    rows,
    friends,
    degree: (person) => friends(person).length,
    nominalDegree,
    areFriends,
    personAtRank,
    rankOf(person) {
      assertPerson(person, people);
      return rankOf(person);
    },
  };
}

function assertPerson(person: number, people: number): void {
  if (Number.isInteger(person) && person >= 1 && person <= people) return;
  throw new RangeError(`${person} is no person: people are 1 to ${people}`);
}

/** The row of a rank, by the first ranks of all rows, which ascend. */
function rowFinder(firstRanks: Int32Array): (rank: number) => number {
  return (rank) => {
    let low = 0;
    let high = firstRanks.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (firstRanks[middle] <= rank) low = middle;
      else high = middle;
    }
    return low;
  };
}
