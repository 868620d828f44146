import fc from "fast-check";
import { expect, it } from "vitest";
import { postIdOf, userIdOf } from "../../services/model/ids.ts";
import { NewestMerge } from "../../services/timeline/domain/fill/newest-merge.ts";

const CAPACITY = 8;
const ids = fc.uniqueArray(fc.bigInt(1n, 60n), { maxLength: 20 });

function entriesOf(merge: NewestMerge): bigint[] {
  const found = merge.entries().map(({ postId }) => postId as bigint);
  return found.sort((a, b) => (a > b ? -1 : 1));
}

it("an author who is asked twice during a fill pushes nothing out", () => {
  fc.assert(
    fc.property(fc.array(ids, { maxLength: 4 }), (waves) => {
      const merge = new NewestMerge(CAPACITY, postIdOf(0n));
      for (const wave of waves) {
        const posts = wave.map((id) => ({ postId: postIdOf(id), authorId: userIdOf(1n) }));
        merge.add({ posts, completeFrom: postIdOf(0n) });
      }
      const newest = [...new Set(waves.flat())].sort((a, b) => (a > b ? -1 : 1));
      expect(entriesOf(merge)).toEqual(newest.slice(0, CAPACITY));
      if (newest.length <= CAPACITY) expect(merge.floor).toBe(0n);
    }),
  );
});
