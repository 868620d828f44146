import fc from "fast-check";
import { expect, it } from "vitest";
import { MAX_ID } from "../ids.ts";
import { idAt } from "./id-pairs.ts";
import { DELETED_BIT, decodePostLogRow, encodePostLogRow, highestOf } from "./post-log-row.ts";

const id = fc.bigInt({ min: 1n, max: MAX_ID });
const changes = fc.array(fc.record({ postId: id, authorId: id, deleted: fc.boolean() }));

it("says what was packed, whatever it is aligned to", () => {
  fc.assert(
    fc.property(id, changes, fc.nat(7), (highestBefore, wanted, offset) => {
      const packed = encodePostLogRow(highestBefore, wanted);
      const moved = new Uint8Array(packed.length + offset);
      moved.set(packed, offset);
      const row = decodePostLogRow(moved.subarray(offset));
      const got = wanted.map((_, i) => {
        const deleted = (row.posts[2 * i + 1] & DELETED_BIT) !== 0;
        const postId = idAt(row.posts, i) & MAX_ID;
        return { postId, authorId: idAt(row.authors, i), deleted };
      });
      expect(got).toEqual(wanted);
      expect(row.highestBefore).toBe(highestBefore);
      const ids = [highestBefore, ...wanted.map(({ postId }) => postId)];
      expect(highestOf(row)).toBe(ids.reduce((a, b) => (a > b ? a : b)));
    }),
  );
});

it("refuses what is no row", () => {
  const packed = encodePostLogRow(1n, [{ postId: 2n, authorId: 3n, deleted: false }]);
  for (const bytes of [
    packed.subarray(0, 15),
    packed.subarray(0, 31),
    new Uint8Array(16).fill(9),
  ]) {
    expect(() => decodePostLogRow(bytes)).toThrow(/no row of the post log/);
  }
});
