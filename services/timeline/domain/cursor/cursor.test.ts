import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_ID, POST_EPOCH_MS, userIdOf } from "../../../model/ids.ts";
import { DomainError } from "../../../platform/grpc/errors/errors.ts";
import { encodeCursor } from "./cursor-writer.ts";
import { decodeCursor, requireChronological } from "./decode-cursor.ts";
import { INCARNATIONS } from "./format.ts";
import { encodeRankedCursor } from "./ranked-cursor.ts";

const ids = fc.bigInt(1n, MAX_ID);
const scrolls = fc.record({
  viewer: ids.map(userIdOf),
  boundMs: fc.integer({ min: POST_EPOCH_MS - 2 ** 37, max: POST_EPOCH_MS + 2 ** 41 }),
  incarnation: fc.nat(INCARNATIONS - 1),
});
const scroll = { viewer: userIdOf(7n), boundMs: POST_EPOCH_MS + 5, incarnation: 77 };

function errorOf(run: () => unknown): DomainError {
  try {
    run();
  } catch (error) {
    if (error instanceof DomainError) return error;
  }
  throw new Error("no DomainError was thrown");
}

const decode = (text: string, viewer = 7n) => decodeCursor(text, userIdOf(viewer), "page_token");

describe("chronological cursors", () => {
  it("are read as they were written", () => {
    fc.assert(
      fc.property(scrolls, fc.bigInt(0n, MAX_ID), (written, before) => {
        const read = decode(encodeCursor(written, before), written.viewer);
        expect(read).toEqual({ kind: "chronological", before, ...written });
      }),
    );
  });

  it("take 40 letters and share the first 24 on a page", () => {
    const [a, b] = [encodeCursor(scroll, 1n), encodeCursor(scroll, MAX_ID)];
    expect(a).toHaveLength(40);
    expect(a.slice(0, 24)).toBe(b.slice(0, 24));
  });

  it("of the version before are taken, and name no index", () => {
    const old = "EQAAAAAAAAAHAAAAAAAFAAAAAAdbzRWO8mWd";
    expect(decode(old)).toEqual({
      ...{ kind: "chronological", viewer: 7n, before: 123_456_789n },
      ...{ boundMs: POST_EPOCH_MS + 5, incarnation: 0 },
    });
  });

  it("refuse damage to any letter", () => {
    const whole = encodeCursor(scroll, 123_456_789n);
    fc.assert(
      fc.property(fc.nat(39), fc.constantFrom(..."ABCabc019-_"), (at, letter) => {
        fc.pre(whole[at] !== letter);
        const damaged = whole.slice(0, at) + letter + whole.slice(at + 1);
        const error = errorOf(() => decode(damaged));
        expect(error.code).toBe("INVALID_ARGUMENT");
        expect(error.message).toContain("page_token: ");
      }),
    );
  });

  it("refuse any other text", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (text) => {
        expect(errorOf(() => decode(text)).message).toContain("without a token");
      }),
    );
    expect(errorOf(() => decode("A".repeat(100_000))).message).toContain("at most");
  });

  it("name a foreign viewer, another version and a wrong kind", () => {
    const own = encodeCursor(scroll, 5n);
    expect(errorOf(() => decode(own, 8n)).message).toContain("belongs to viewer 7");
    const bytes = Buffer.from(own, "base64url");
    bytes[0] = 0x31;
    expect(errorOf(() => decode(bytes.toString("base64url"))).message).toContain("of version 3");
    const ranked = decode(encodeRankedCursor(scroll, { ids: [9n], lowest: 9n }, 0));
    const error = errorOf(() => requireChronological(ranked, "page_token"));
    expect(error.message).toContain("order RANKED");
  });
});

describe("ranked cursors", () => {
  const orders = fc
    .uniqueArray(ids, { minLength: 1, maxLength: 200 })
    .map((all) => ({ ids: all, lowest: all.toSorted((a, b) => (a < b ? -1 : 1))[0] }));

  it("carry what is left of the order, and stay under 2.2 KB", () => {
    fc.assert(
      fc.property(scrolls, orders, fc.nat(199), (written, order, nat) => {
        const from = nat % order.ids.length;
        const text = encodeRankedCursor(written, order, from);
        expect(text.length).toBeLessThan(2_200);
        const left = { ids: order.ids.slice(from), lowest: order.lowest };
        const read = decode(text, written.viewer);
        expect(read).toEqual({ kind: "ranked", order: left, ...written });
      }),
    );
  });

  it("refuse damage", () => {
    const bytes = Buffer.from(
      encodeRankedCursor(scroll, { ids: [90n, 9n], lowest: 9n }, 0),
      "base64url",
    );
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const damaged = Buffer.from(bytes);
        damaged[at] ^= flip;
        const error = errorOf(() => decode(damaged.toString("base64url")));
        expect(error.code).toBe("INVALID_ARGUMENT");
      }),
    );
  });
});
