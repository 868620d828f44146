import type { PlaceOrderResult, PlaceOrdersRequest } from "#gen/bookstore/v1/bookstore.ts";
import { DomainError, invalidArgument, statusOf } from "../../../platform/grpc/errors/errors.ts";
import type { OrderDraft } from "../../domain/orders/order.ts";
import { MAX_ORDERS_PER_CALL } from "../../limits.ts";
import { draftOf } from "./place.ts";

/** An order that was checked, or what is wrong with it. */
export type Checked = OrderDraft | PlaceOrderResult;

export function isDraft(checked: Checked): checked is OrderDraft {
  return "lines" in checked;
}

/** Each order, or why it is wrong. */
export function checkOrders({ orders }: PlaceOrdersRequest): readonly Checked[] {
  return orders.map((order) => {
    try {
      return draftOf(order, 0);
    } catch (error) {
      return errorResult(error);
    }
  });
}

/** The call itself can be wrong only in its number of orders. */
export function requireCount(checked: readonly Checked[]): void {
  if (checked.length >= 1 && checked.length <= MAX_ORDERS_PER_CALL) return;
  const remedy = `send 1 to ${MAX_ORDERS_PER_CALL}`;
  throw invalidArgument("orders", `has ${checked.length}`, remedy);
}

/** What an error says, as the answer of one order. */
export function errorResult(error: unknown): PlaceOrderResult {
  const { code, message } = statusOf(error);
  const reason = (error instanceof DomainError && error.reason) || "";
  return { outcome: { $case: "error", value: { code, reason, message } } };
}
