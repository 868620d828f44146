import { orderIdOf, shardOfOrder, slotOfOrder } from "../ids.ts";
import { type NewOrder, NOBODY } from "../orders/order-table.ts";
import {
  CANCELLED,
  EXPIRED,
  isOpening,
  type OrderState,
  PLACED,
  type Position,
  positionOf,
  REFUSED,
  RELEASED,
  RETURNED,
  SOLD,
} from "../orders/states.ts";
import type { ShardEvents } from "../records/shard-events.ts";
import type { SharedOrder, SharedOrders } from "./shared-orders.ts";

export type Tell = (to: ShardEvents) => void;

/** In the place of an order that a shard does not know, and another has a part of. */
const PLACEHOLDER: NewOrder = {
  ...{ buyerId: NOBODY, key: "", lines: [] },
  ...{ createTimeMs: 0, expireTimeMs: 0 },
};

/**
 * What shards that were copied at different moments must be told so that each order is there as a whole or not at all;
 * by shard, which has no other calls meanwhile. `nextStep` alone would not do: it completes what crashes leave, and no
 * crash makes a home forget that its order was opened, or a shard that it holds a part.
 *
 * Copies only go to where nobody has them from where somebody does, so none is sold twice, whatever else was sold in
 * between: what one copy has and another can't have yet is taken back. An order that is still being opened is
 * left to its home, which refuses it.
 */
export function agree(
  shards: readonly SharedOrders[],
  nowMs: number,
): ReadonlyMap<number, readonly Tell[]> {
  const told = new Map<number, Tell[]>();
  const tell = (shard: number, event: Tell) =>
    void told.getOrInsertComputed(shard, () => []).push(event);
  for (const home of shards) {
    for (const [slot, order] of home.orders) {
      if (isOpening(order.state)) continue;
      const orderId = orderIdOf(slot, home.shard);
      const partIn = (shard: number) => shards[shard].parts.get(orderId);
      const state = agreedState(order, order.others.map(partIn), nowMs);
      if (state !== order.state) tell(home.shard, (to) => to.orderChanged(slot, state, nowMs));
      const position = positionOf(state);
      for (const shard of order.others) {
        const part = partIn(shard);
        if (part === undefined || part === position) continue;
        tell(shard, (to) => to.partSettled(orderId, position === SOLD));
      }
    }
  }
  giveOrphansBack(shards, tell);
  return told;
}

function agreedState(
  { state, expireTimeMs }: SharedOrder,
  parts: readonly (Position | undefined)[],
  nowMs: number,
): OrderState {
  if (positionOf(state) === RETURNED) return state;
  // A part that is held or sold is never forgotten: this one was held after its shard had been copied.
  if (parts.includes(undefined)) return REFUSED;
  if (parts.includes(RETURNED)) {
    if (state === PLACED) return CANCELLED;
    return expireTimeMs <= nowMs ? EXPIRED : RELEASED;
  }
  return parts.includes(SOLD) ? PLACED : state;
}

/** Parts of orders that were opened after their home had been copied. Their ids are never given to others. */
function giveOrphansBack(
  shards: readonly SharedOrders[],
  tell: (shard: number, event: Tell) => void,
): void {
  const slots = shards.map((home) => home.slots);
  for (const { shard, parts } of shards) {
    for (const [orderId, position] of parts) {
      const home = shardOfOrder(orderId);
      const slot = slotOfOrder(orderId);
      if (slot < shards[home].slots) continue;
      if (position !== RETURNED) tell(shard, (to) => to.partSettled(orderId, false));
      for (; slots[home] <= slot; slots[home]++) {
        tell(home, (to) => to.orderOpened(PLACEHOLDER, REFUSED));
      }
    }
  }
}
