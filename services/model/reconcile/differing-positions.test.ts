import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DigestsOf, differingPositions, type Range } from "./differing-positions.ts";
import { type Digest, DigestSum } from "./digest.ts";

/** Of each position a set of posts. */
type Sets = readonly ReadonlySet<number>[];

function digestsOf(sets: Sets): DigestsOf {
  return (ranges) => ranges.map((range) => digestOf(sets, range));
}

function digestOf(sets: Sets, { from, to }: Range): Digest {
  const sum = new DigestSum();
  for (let i = from; i < to; i++) for (const post of sets[i]) sum.add(i, 0, post, 7);
  return sum.take();
}

const shape = fc.record({
  firstLength: fc.integer({ min: 1, max: 64 }),
  fanOut: fc.integer({ min: 2, max: 9 }),
});
const sets = fc.array(fc.array(fc.integer({ min: 1, max: 1_000 })), { maxLength: 300 });
const changes = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 1_000 })), { maxLength: 8 });

describe("the positions at which two sequences of sets differ", () => {
  it("are found, all and no others, and cost what their number does", async () => {
    await fc.assert(
      fc.asyncProperty(sets, changes, shape, async (lists, toggled, { firstLength, fanOut }) => {
        const ours = lists.map((posts) => new Set(posts));
        const theirs = ours.map((posts) => new Set(posts));
        for (const [at, post] of toggled) {
          if (theirs.length === 0) break;
          const set = theirs[at % theirs.length];
          if (!set.delete(post)) set.add(post);
        }
        const expected = ours.flatMap((set, i) =>
          set.symmetricDifference(theirs[i]).size > 0 ? [i] : [],
        );
        const descent = { firstLength, fanOut, mostDiffering: 1_000 };
        const found = await differingPositions(
          ours.length,
          digestsOf(ours),
          digestsOf(theirs),
          descent,
        );
        expect(found).toMatchObject({ positions: expected, isCut: false });
        const first = Math.ceil(ours.length / firstLength);
        const rounds = Math.ceil(Math.log2(firstLength) + 1);
        expect(found.compared).toBeLessThanOrEqual(first + expected.length * fanOut * rounds);
      }),
    );
  });

  it("are asked for in ranges of one length, but for the last", async () => {
    const lengths: number[][] = [];
    const all = Array.from({ length: 1_000 }, (_, i) => new Set([i]));
    const none = all.map(() => new Set<number>());
    const asked: DigestsOf = (ranges) => {
      lengths.push(ranges.map(({ from, to }) => to - from));
      return digestsOf(all)(ranges);
    };
    const descent = { firstLength: 64, fanOut: 8, mostDiffering: 1_000 };
    const { positions } = await differingPositions(1_000, asked, digestsOf(none), descent);
    expect(positions).toHaveLength(1_000);
    for (const round of lengths) {
      expect(new Set(round.slice(0, -1)).size).toBe(1);
      expect(round.at(-1)).toBeLessThanOrEqual(round[0]);
    }
  });

  it("are cut off when there are too many, and that is said", async () => {
    const all = Array.from({ length: 100 }, (_, i) => new Set([i]));
    const none = all.map(() => new Set<number>());
    const descent = { firstLength: 10, fanOut: 10, mostDiffering: 3 };
    const found = await differingPositions(100, digestsOf(all), digestsOf(none), descent);
    expect(found).toMatchObject({ positions: [0, 1, 2], isCut: true });
  });
});

describe("a digest", () => {
  const entries = fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat(), fc.nat()), { maxLength: 50 });
  const digest = (pairs: readonly (readonly [number, number, number, number])[]) => {
    const sum = new DigestSum();
    for (const pair of pairs) sum.add(...pair);
    return sum.take();
  };

  it("is the sum of its parts' in any order, and sees what is there twice", () => {
    fc.assert(
      fc.property(entries, fc.nat(), (pairs, at) => {
        const half = at % (pairs.length + 1);
        const sum = new DigestSum();
        sum.addDigest(digest(pairs.slice(half).reverse()));
        sum.addDigest(digest(pairs.slice(0, half)));
        expect(sum.take()).toEqual(digest(pairs));
        if (pairs.length > 0) expect(digest([...pairs, pairs[0]])).not.toEqual(digest(pairs));
      }),
    );
  });

  it("of neighbouring ids has no two alike among 200,000", () => {
    const seen = new Set<string>();
    for (let viewer = 1; viewer <= 200; viewer++) {
      for (let post = 1; post <= 1_000; post++) {
        const { low, high } = digest([[viewer, 0, post << 12, 3]]);
        seen.add(`${low} ${high}`);
      }
    }
    expect(seen.size).toBe(200_000);
  });
});
