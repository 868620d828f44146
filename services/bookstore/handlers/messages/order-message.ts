import { type Order as OrderMessage, OrderState } from "#gen/bookstore/v1/bookstore.ts";
import { orderIdOf } from "../../domain/ids.ts";
import { type Order, totalCents } from "../../domain/orders/order.ts";
import {
  CANCELLED,
  EXPIRED,
  PLACED,
  RELEASED,
  RESERVED,
  type OrderState as State,
} from "../../domain/orders/states.ts";
import type { Shard } from "../../domain/shard/shard.ts";

const MESSAGE_STATES: Readonly<Partial<Record<State, OrderState>>> = {
  [RESERVED]: OrderState.RESERVED,
  [PLACED]: OrderState.PLACED,
  [CANCELLED]: OrderState.CANCELLED,
  [RELEASED]: OrderState.RELEASED,
  [EXPIRED]: OrderState.EXPIRED,
};

/** Orders that are opening or refused are shown to nobody: UNSPECIFIED. */
export function stateMessage(state: State): OrderState {
  return MESSAGE_STATES[state] ?? OrderState.UNSPECIFIED;
}

export function orderMessage(order: Order): OrderMessage {
  return {
    orderId: BigInt(order.orderId),
    buyerId: order.buyerId,
    lines: order.lines.map(({ bookId, copies, priceCents }) => ({
      bookId: BigInt(bookId),
      copies,
      priceCents: BigInt(priceCents),
    })),
    totalCents: BigInt(totalCents(order.lines)),
    state: stateMessage(order.state),
    idempotencyKey: order.key,
    createTimeMs: BigInt(order.createTimeMs),
    expireTimeMs: BigInt(order.expireTimeMs),
  };
}

/** The order at a slot of its home shard. */
export function orderAt({ state }: Shard, slot: number): OrderMessage {
  return orderMessage(state.orders.order(slot, orderIdOf(slot, state.place.shard)));
}
