import type { SearchBooksRequest, SearchBooksResponse } from "#gen/bookstore/v1/bookstore.ts";
import type { ScoredBook } from "#gen/bookstore/v1/peer.ts";
import type { Call } from "../../../platform/grpc/call.ts";
import { DEFAULT_SEARCH_RESULTS, MAX_QUERY_BYTES, MAX_SEARCH_RESULTS } from "../../limits.ts";
import type { Answered } from "../../ports.ts";
import type { OwnedShards } from "../../sharing/owned-shards.ts";
import { limit as checkLimit, text } from "../arguments.ts";
import { everywhere } from "../everywhere.ts";
import { bookMessage } from "../messages/book-message.ts";
import type { Routing } from "../routing.ts";

/** Books by words or ISBN, over the shards of all processes. */
export function searchBooks({ shards, peers, clock }: Routing) {
  return async (request: SearchBooksRequest, call: Call): Promise<SearchBooksResponse> => {
    const query = text("query", request.query, MAX_QUERY_BYTES);
    const limit = checkLimit("limit", request.limit, DEFAULT_SEARCH_RESULTS, MAX_SEARCH_RESULTS);
    const found = await everywhere(shards.shardCount, clock, async () => {
      const [own, others] = await Promise.all([
        searchOwn(shards, query, limit),
        peers.searchOthers(query, limit, call),
      ]);
      return [own, ...others];
    });
    const best = found.toSorted((a, b) => b.score - a.score).slice(0, limit);
    return { books: best.flatMap(({ book }) => book ?? []) };
  };
}

/** The best of this process. */
export async function searchOwn(
  shards: OwnedShards,
  query: string,
  limit: number,
): Promise<Answered<ScoredBook>> {
  const served = shards.serving();
  const books = await Promise.all(
    served.map(({ ledger, index }) =>
      ledger.read(({ state }) =>
        index.search(query, limit).flatMap(({ bookId, score }) => {
          const book = state.books.get(bookId);
          return book ? [{ book: bookMessage(book), score }] : [];
        }),
      ),
    ),
  );
  const best = books.flat().sort((a, b) => b.score - a.score);
  return { found: best.slice(0, limit), shards: served.map(({ number }) => number) };
}
