import MiniSearch from "minisearch";
import { bookIdOf } from "../../domain/isbn.ts";
import type { BookIndex } from "../../ports.ts";

const TITLE_WEIGHT = 2;
/** Letters that may be wrong: a fifth of the word's. */
const FUZZY_PART = 0.2;

/** Books by the words of title and author, ranked by BM25+, and by ISBN. In memory. */
export function createBookIndex(): BookIndex {
  const index = new MiniSearch<{ id: number; title: string; author: string }>({
    fields: ["title", "author"],
    processTerm: foldTerm,
    searchOptions: {
      boost: { title: TITLE_WEIGHT },
      prefix: true,
      fuzzy: FUZZY_PART,
      combineWith: "AND",
    },
  });
  return {
    add: ({ bookId, title, author }) => index.add({ id: bookId, title, author }),
    search: (query, limit) => {
      const bookId = bookIdOf(query);
      if (bookId !== undefined) return index.has(bookId) ? [{ bookId, score: 1 }] : [];
      const found = index.search(query);
      return found.slice(0, limit).map(({ id, score }) => ({ bookId: Number(id), score }));
    },
  };
}

/** Without accents and capitals, so that "Garcia Marquez" finds García Márquez. */
function foldTerm(term: string): string {
  return term
    .normalize("NFD")
    .replaceAll(/\p{Diacritic}/gu, "")
    .toLowerCase();
}
