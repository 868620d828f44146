import { describe, expect, it } from "vitest";
import { bookNumber } from "../../testing/books.ts";
import { createBookIndex } from "./book-index.ts";

function indexOf(books: readonly (readonly [string, string])[]) {
  const index = createBookIndex();
  books.forEach(([title, author], n) => {
    const counts = { available: 1, reserved: 0, sold: 0, revenueCents: 0, restocks: new Map() };
    index.add({ bookId: bookNumber(n), title, author, priceCents: 1, ...counts });
  });
  return (query: string, limit = 10) => index.search(query, limit).map(({ bookId }) => bookId);
}

describe("the index of books", () => {
  const search = indexOf([
    ["Cien años de soledad", "Gabriel García Márquez"],
    ["The Art of Computer Programming", "Donald E. Knuth"],
    ["Programming Pearls", "Jon Bentley"],
    ["El coronel no tiene quien le escriba", "Gabriel García Márquez"],
  ]);
  const [solitude, art, pearls, colonel] = [0, 1, 2, 3].map(bookNumber);

  it.each([
    ["garcia marquez", [solitude, colonel]],
    ["SOLEDAD", [solitude]],
    ["programming", [pearls, art]],
    ["knuth prog", [art]],
    ["progarmming pearls", [pearls]],
    ["nothing like this", []],
    ["  ", []],
  ])("finds by %j", (query, books) => {
    expect(new Set(search(query))).toEqual(new Set(books));
  });

  it("finds by ISBN in any form, and no other book", () => {
    expect(search(String(art))).toEqual([art]);
    expect(search("978-0-306-40615-7")).toEqual([]);
  });

  it("gives at most the limit", () => {
    expect(search("garcia", 1)).toHaveLength(1);
  });
});
