import { BookstorePeerServiceService } from "#gen/bookstore/v1/peer.ts";
import type { PersonStates } from "../model/person-states.ts";
import type { Implementation } from "../platform/grpc/call.ts";
import { implement } from "../platform/grpc/server/server.ts";
import { BookstoreDefinition } from "./definition.ts";
import { searchBooks, searchOwn } from "./handlers/books/search-books.ts";
import { buying } from "./handlers/buyers/buying.ts";
import { setPersonState } from "./handlers/buyers/set-person-state.ts";
import { listOrders, listOrdersToErase, listOwn } from "./handlers/orders/list-orders.ts";
import { placeOrders } from "./handlers/orders/place-orders.ts";
import { forward } from "./handlers/peers/forward.ts";
import { getShardMap } from "./handlers/peers/get-shard-map.ts";
import { holdPart } from "./handlers/peers/hold-part.ts";
import { settlePart } from "./handlers/peers/settle-part.ts";
import { ROUTED, type Routing, routed } from "./handlers/routing.ts";
import type { Ownership } from "./ports.ts";

/** tidings.bookstore.v1.BookstoreService: any process answers any call; who may buy is known to whoever is asked first. */
export function bookstoreService(routing: Routing, people: PersonStates): Implementation {
  return implement(BookstoreDefinition, {
    addBook: routed(routing, "addBook", ROUTED.addBook),
    restock: routed(routing, "restock", ROUTED.restock),
    setPrice: routed(routing, "setPrice", ROUTED.setPrice),
    getBook: routed(routing, "getBook", ROUTED.getBook),
    searchBooks: searchBooks(routing),
    reserve: buying(people, routed(routing, "reserve", ROUTED.reserve)),
    confirm: routed(routing, "confirm", ROUTED.confirm),
    release: routed(routing, "release", ROUTED.release),
    placeOrder: buying(people, routed(routing, "placeOrder", ROUTED.placeOrder)),
    placeOrders: placeOrders(routing, people),
    cancelOrder: routed(routing, "cancelOrder", ROUTED.cancelOrder),
    getOrder: routed(routing, "getOrder", ROUTED.getOrder),
    listOrders: listOrders(routing),
    listOrdersToErase: listOrdersToErase(routing),
    anonymiseOrder: routed(routing, "anonymiseOrder", ROUTED.anonymiseOrder),
    setPersonState: setPersonState(people),
  });
}

/** tidings.bookstore.v1.BookstorePeerService: what this process owns, for the others. */
export function peerService({ shards }: Routing, ownership: Ownership): Implementation {
  return implement(BookstorePeerServiceService, {
    getShardMap: getShardMap(ownership),
    forward: forward(shards),
    holdPart: holdPart(shards),
    settlePart: settlePart(shards),
    searchOwnBooks: async ({ query, limit }) => {
      const { found, ...answered } = await searchOwn(shards, query, limit);
      return { books: [...found], answered: { shards: [...answered.shards] } };
    },
    listOwnOrders: async (request) => {
      const { found, ...answered } = await listOwn(shards, request);
      return { orders: [...found], answered: { shards: [...answered.shards] } };
    },
  });
}
