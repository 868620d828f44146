import type {
  ListOrdersRequest,
  ListOrdersResponse,
  ListOrdersToEraseRequest,
  ListOrdersToEraseResponse,
  Order,
} from "#gen/bookstore/v1/bookstore.ts";
import type { ListOwnOrdersRequest } from "#gen/bookstore/v1/peer.ts";
import type { Call } from "../../../platform/grpc/call.ts";
import { pageTokens } from "../../../platform/grpc/page-tokens.ts";
import { orderIdOf, shardOfOrder, slotOfOrder } from "../../domain/ids.ts";
import type { ShardState } from "../../domain/shard/shard-state.ts";
import { isVisible } from "../../domain/shard/shard-state.ts";
import { DEFAULT_LISTED_ORDERS, MAX_LISTED_ORDERS } from "../../limits.ts";
import type { Answered } from "../../ports.ts";
import type { OwnedShards } from "../../sharing/owned-shards.ts";
import { buyerId, limit as checkLimit } from "../arguments.ts";
import { everywhere } from "../everywhere.ts";
import { orderMessage } from "../messages/order-message.ts";
import type { Routing } from "../routing.ts";

/** When the last order of a page was made, and its id. */
const CURSOR = /^([1-9]\d{0,15})-([1-9]\d{0,15})$/;

/** A buyer's orders, newest first: those of all shards, merged. */
export function listOrders(routing: Routing) {
  return (request: ListOrdersRequest, call: Call): Promise<ListOrdersResponse> =>
    pageOf(routing, { ...request, withUnplaced: false }, call);
}

/** Whatever says who a buyer is, of all shards. */
export function listOrdersToErase(routing: Routing) {
  return async (
    request: ListOrdersToEraseRequest,
    call: Call,
  ): Promise<ListOrdersToEraseResponse> => {
    const asked = { ...request, withUnplaced: true };
    const { orders, nextPageToken } = await pageOf(routing, asked, call);
    return { orderIds: orders.map(({ orderId }) => orderId), nextPageToken };
  };
}

async function pageOf(
  { shards, peers, clock }: Routing,
  request: ListOrdersRequest & Pick<ListOwnOrdersRequest, "withUnplaced">,
  call: Call,
): Promise<ListOrdersResponse> {
  const buyer = buyerId("buyer_id", request.buyerId);
  const limit = checkLimit("limit", request.limit, DEFAULT_LISTED_ORDERS, MAX_LISTED_ORDERS);
  const { withUnplaced } = request;
  const tokens = pageTokens(CURSOR, withUnplaced ? "all orders" : "orders", buyer);
  const before = positionOf(tokens.cursorOf(request.pageToken));
  const query = { buyerId: buyer, limit: limit + 1, withUnplaced, ...before };
  const found = await everywhere(shards.shardCount, clock, async () => {
    const [own, others] = await Promise.all([
      listOwn(shards, query),
      peers.listOthers(query, call),
    ]);
    return [own, ...others];
  });
  const orders = found.toSorted(newestFirst);
  const page = orders.slice(0, limit);
  const last = page.at(-1);
  const hasMore = orders.length > limit && last !== undefined;
  const cursor = hasMore ? `${last.createTimeMs}-${last.orderId}` : "";
  return { orders: page, nextPageToken: tokens.tokenOf(cursor) };
}

/** Those of this process. */
export async function listOwn(
  shards: OwnedShards,
  query: ListOwnOrdersRequest,
): Promise<Answered<Order>> {
  const served = shards.serving();
  const orders = await Promise.all(
    served.map(({ ledger }) => ledger.read(({ state }) => ordersIn(state, query))),
  );
  const newest = orders.flat().sort(newestFirst);
  return { found: newest.slice(0, query.limit), shards: served.map(({ number }) => number) };
}

function ordersIn(state: ShardState, query: ListOwnOrdersRequest): readonly Order[] {
  const { buyerId: buyer, limit, beforeTimeMs, withUnplaced } = query;
  const { orders, place } = state;
  const beforeId = Number(query.beforeOrderId);
  const slot = slotOfOrder(beforeId);
  // The page before ended here: its last order says where to go on, without passing over all newer.
  const isHere = beforeTimeMs > 0n && shardOfOrder(beforeId) === place.shard && orders.has(slot);
  const from = isHere && orders.isOf(slot, buyer) ? slot : undefined;
  const found: Order[] = [];
  for (const one of orders.slotsOf(buyer, from)) {
    if (!withUnplaced && !isVisible(orders.state(one))) continue;
    const order = orderMessage(orders.order(one, orderIdOf(one, place.shard)));
    if (!isBefore(order, query)) continue;
    if (found.push(order) === limit) break;
  }
  return found;
}

function isBefore(order: Order, { beforeTimeMs, beforeOrderId }: ListOwnOrdersRequest): boolean {
  if (beforeTimeMs === 0n || order.createTimeMs < beforeTimeMs) return true;
  return order.createTimeMs === beforeTimeMs && order.orderId < beforeOrderId;
}

function newestFirst(a: Order, b: Order): number {
  return Number(b.createTimeMs - a.createTimeMs) || Number(b.orderId - a.orderId);
}

function positionOf(cursor: string): Pick<ListOwnOrdersRequest, "beforeTimeMs" | "beforeOrderId"> {
  const [, time = "0", id = "0"] = CURSOR.exec(cursor) ?? [];
  return { beforeTimeMs: BigInt(time), beforeOrderId: BigInt(id) };
}
