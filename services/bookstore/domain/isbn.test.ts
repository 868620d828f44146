import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bookIdOf } from "./isbn.ts";

describe("an ISBN", () => {
  it.each([
    ["978-0-306-40615-7", 9780306406157],
    ["0-306-40615-2", 9780306406157],
    ["080442957X", 9780804429573],
    [" 979 10 90636 07 1 ", 9791090636071],
  ])("%s is the book %d", (isbn, bookId) => {
    expect(bookIdOf(isbn)).toBe(bookId);
  });

  it.each(["", "978-0-306-40615-8", "0-306-40615-3", "9770306406157", "97803064061570", "x"])(
    "%j is none",
    (isbn) => {
      expect(bookIdOf(isbn)).toBeUndefined();
    },
  );

  it("with one digit changed is never another book", () => {
    const digits = [..."9780306406157"];
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 12 }), fc.integer({ min: 0, max: 9 }), (at, digit) => {
        const changed = digits.with(at, String(digit)).join("");
        expect(bookIdOf(changed)).toBe(changed === digits.join("") ? 9780306406157 : undefined);
      }),
    );
  });
});
