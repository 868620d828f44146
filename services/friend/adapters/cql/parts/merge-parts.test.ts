import fc from "fast-check";
import { expect, it } from "vitest";
import { mergeParts, type PartRow } from "./merge-parts.ts";

const row = fc.record({
  friend: fc.bigInt(1n, 60n),
  isPresent: fc.boolean(),
  version: fc.bigInt(1n, 9n),
});
const ascending = (a: { friend: bigint }, b: { friend: bigint }) => (a.friend < b.friend ? -1 : 1);
const part = fc
  .uniqueArray(row, { selector: ({ friend }) => friend, maxLength: 30 })
  .map((rows) => rows.sort(ascending));

/** Newest row of each friend; of one version what is removed. */
function naive(parts: readonly (readonly PartRow[])[]): bigint[] {
  const newest = new Map<bigint, PartRow>();
  for (const one of parts.flat()) {
    const known = newest.get(one.friend);
    const wins = !known || one.version > known.version;
    if (wins || (one.version === known.version && !one.isPresent)) newest.set(one.friend, one);
  }
  return [...newest.values()]
    .sort(ascending)
    .flatMap(({ friend, isPresent }) => (isPresent ? [friend] : []));
}

it("page by page parts give what they hold together, each friend once, ascending", () => {
  fc.assert(
    fc.property(
      fc.array(part, { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 9 }),
      (parts, asked) => {
        const friends: bigint[] = [];
        for (let from: bigint | undefined = 0n; from !== undefined; ) {
          const start: bigint = from;
          const pages = parts.map((rows) => {
            const page = rows.filter(({ friend }) => friend >= start).slice(0, asked);
            return { rows: page, isLast: page.length < asked };
          });
          const merged = mergeParts(pages);
          friends.push(...merged.friends);
          from = merged.through === undefined ? undefined : merged.through + 1n;
        }
        expect(friends).toEqual(naive(parts));
      },
    ),
  );
});
