import { BookstoreServiceService } from "#gen/bookstore/v1/bookstore.ts";
import type { Clock } from "../../platform/clock/clock.ts";
import type { Call } from "../../platform/grpc/call.ts";
import type { Peers } from "../ports.ts";
import type { OwnedShards } from "../sharing/owned-shards.ts";
import { addBook } from "./books/add-book.ts";
import { getBook } from "./books/get-book.ts";
import { restock } from "./books/restock.ts";
import { setPrice } from "./books/set-price.ts";
import { anonymiseOrder } from "./orders/anonymise-order.ts";
import { cancelOrder, confirm, release } from "./orders/change.ts";
import { getOrder } from "./orders/get-order.ts";
import { placeOrder } from "./orders/place-order.ts";
import { placeOrdersHere } from "./orders/place-orders-here.ts";
import { reserve } from "./orders/reserve.ts";
import type { Prepare, Prepared } from "./prepared.ts";

/** The methods that one shard answers. */
export const ROUTED = {
  addBook,
  restock,
  setPrice,
  getBook,
  placeOrder,
  placeOrders: placeOrdersHere,
  reserve,
  confirm,
  release,
  cancelOrder,
  getOrder,
  anonymiseOrder,
} as const;

export type RoutedName = keyof typeof ROUTED;

export interface Routing {
  readonly shards: OwnedShards;
  readonly peers: Peers;
  readonly clock: Clock;
}

/** The handler of a method that one shard answers: here, or at its owner. */
export function routed<Request, Response>(
  routing: Routing,
  name: RoutedName,
  prepare: Prepare<Request, Response>,
): (request: Request, call: Call) => Promise<Response> {
  const { shards, peers } = routing;
  const method = BookstoreServiceService[name];
  const encode = method.requestSerialize as (request: Request) => Buffer;
  const decode = method.responseDeserialize as (bytes: Buffer) => Response;
  return async (request, call) => {
    const prepared = prepare(request, shards.shardCount);
    if (shards.has(prepared.shard)) return answerHere(shards, prepared, call);
    const answer = await peers.forward(prepared.shard, name, encode(request), call);
    return decode(Buffer.from(answer));
  };
}

/** The answer of a shard of this process. Throws UNAVAILABLE: NOT_OWNER. */
export function answerHere<Response>(
  shards: OwnedShards,
  { shard, run }: Prepared<Response>,
  { deadlineMs }: Pick<Call, "deadlineMs">,
): Promise<Response> {
  return shards.answer(shard, (owned) => run(owned, { deadlineMs }));
}
