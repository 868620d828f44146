import type {
  PlaceOrderResult,
  PlaceOrdersRequest,
  PlaceOrdersResponse,
} from "#gen/bookstore/v1/bookstore.ts";
import { ERROR_TABLE } from "../../../platform/grpc/errors/error-table.ts";
import { DomainError, invalidArgument, statusOf } from "../../../platform/grpc/errors/errors.ts";
import { orderIdOf } from "../../domain/ids.ts";
import type { Turn } from "../../domain/ledger/ledger.ts";
import { type OrderDraft, totalCents } from "../../domain/orders/order.ts";
import { isOpening } from "../../domain/orders/states.ts";
import { openOrder } from "../../domain/shard/open-order.ts";
import type { Refusal } from "../../domain/shard/refusal.ts";
import { MAX_ORDERS_PER_CALL } from "../../limits.ts";
import type { OwnedShard } from "../../sharing/owned-shards.ts";
import { stateMessage } from "../messages/order-message.ts";
import type { Prepare } from "../prepared.ts";
import { refusalStatus } from "../refusal-error.ts";
import { draftOf, homeOf } from "./place.ts";

/** An order that was checked, or what is wrong with it. */
export type Checked = OrderDraft | PlaceOrderResult;

/** Up to 1,000 orders at home in one shard, taken in one turn; each has its own answer. */
export const placeOrdersHere: Prepare<PlaceOrdersRequest, PlaceOrdersResponse> = (
  request,
  shardCount,
) => {
  const checked = checkOrders(request);
  const first = checked.find(isDraft);
  return {
    shard: first ? homeOf(first, shardCount) : 0,
    run: async (shard, turn) => ({ results: await placeAll(shard, checked, turn) }),
  };
};

/** Each order, or why it is wrong; the call itself is wrong only in its number of orders. */
export function checkOrders({ orders }: PlaceOrdersRequest): readonly Checked[] {
  if (orders.length < 1 || orders.length > MAX_ORDERS_PER_CALL) {
    throw invalidArgument("orders", `has ${orders.length}`, `send 1 to ${MAX_ORDERS_PER_CALL}`);
  }
  return orders.map((order) => {
    try {
      return draftOf(order, 0);
    } catch (error) {
      return errorResult(error);
    }
  });
}

export function isDraft(checked: Checked): checked is OrderDraft {
  return "lines" in checked;
}

/** Places these orders in one turn of their home shard, in their order. */
export async function placeAll(
  shard: OwnedShard,
  checked: readonly Checked[],
  turn: Turn,
): Promise<PlaceOrderResult[]> {
  const { ledger, settler } = shard;
  const opened = await ledger.submit(
    (home) => checked.map((one) => (isDraft(one) ? openOrder(home, one) : one)),
    { ...turn, weight: checked.length },
  );
  const { orders } = ledger.shard.state;
  const results: (PlaceOrderResult | Promise<PlaceOrderResult>)[] = opened.map((one, i) => {
    if (typeof one === "object") return "outcome" in one ? one : refusedResult(one);
    const draft = checked[i] as OrderDraft;
    if (!isOpening(orders.state(one))) return placedResult(shard, one, draft);
    return settler
      .whenOpen(one)
      .then((slot) =>
        typeof slot === "number" ? placedResult(shard, slot, draft) : refusedResult(slot),
      )
      .catch(errorResult);
  });
  return Promise.all(results);
}

function placedResult({ ledger, number }: OwnedShard, slot: number, draft: OrderDraft) {
  const value = {
    orderId: BigInt(orderIdOf(slot, number)),
    totalCents: BigInt(totalCents(draft.lines)),
    state: stateMessage(ledger.shard.state.orders.state(slot)),
  };
  return { outcome: { $case: "placed", value } } as const;
}

function refusedResult(refusal: Refusal): PlaceOrderResult {
  const { code, reason, message } = refusalStatus(refusal);
  return { outcome: { $case: "error", value: { code: ERROR_TABLE[code].grpc, reason, message } } };
}

/** What an error says, as the answer of one order. */
export function errorResult(error: unknown): PlaceOrderResult {
  const { code, message } = statusOf(error);
  const reason = (error instanceof DomainError && error.reason) || "";
  return { outcome: { $case: "error", value: { code, reason, message } } };
}
