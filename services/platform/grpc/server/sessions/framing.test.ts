import fc from "fast-check";
import { expect, it } from "vitest";
import { Framing } from "./framing.ts";

function framed(length: number): Buffer {
  const bytes = Buffer.alloc(5 + length);
  bytes.writeUInt32BE(length, 1);
  return bytes;
}

it("knows what is here of an unfinished message, however the bytes are cut", () => {
  const lengths = fc.array(fc.integer({ min: 0, max: 700 }), { minLength: 1, maxLength: 8 });
  const cuts = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1 });
  fc.assert(
    fc.property(lengths, cuts, (sizes, steps) => {
      const all = Buffer.concat(sizes.map(framed));
      let whole = 0;
      const ends = sizes.map((size) => {
        whole += 5 + size;
        return whole;
      });
      const framing = new Framing();
      for (let at = 0, step = 0; at < all.length; step++) {
        const to = Math.min(all.length, at + steps[step % steps.length]);
        framing.take(all.subarray(at, to));
        const begunAt = ends.findLast((whole) => whole <= to) ?? 0;
        expect(framing.unfinishedBytes).toBe(to - begunAt);
        at = to;
      }
    }),
  );
});
