import { shardOfOrder, slotOfOrder } from "../ids.ts";
import {
  CANCELLED,
  EXPIRED,
  type OrderState,
  PLACED,
  RELEASED,
  RESERVED,
} from "../orders/states.ts";
import type { Refusal } from "./refusal.ts";
import type { Shard } from "./shard.ts";
import { isVisible, type ShardState } from "./shard-state.ts";

interface Change {
  readonly from: OrderState;
  readonly to: OrderState;
  /** Where it is done already. */
  readonly done: readonly OrderState[];
}

const CHANGES = {
  confirm: { from: RESERVED, to: PLACED, done: [PLACED] },
  release: { from: RESERVED, to: RELEASED, done: [RELEASED, EXPIRED] },
  cancel: { from: PLACED, to: CANCELLED, done: [CANCELLED] },
} as const satisfies Record<string, Change>;

export type ChangeName = keyof typeof CHANGES;

/** The slot of a buyer's order that can be seen. */
export function findOrder(state: ShardState, orderId: number, buyerId: bigint): number | Refusal {
  const slot = slotOfOrder(orderId);
  const isHere = shardOfOrder(orderId) === state.place.shard && state.orders.has(slot);
  const isTheirs = isHere && state.orders.isOf(slot, buyerId);
  return isTheirs && isVisible(state.orders.state(slot)) ? slot : { reason: "NO_ORDER", orderId };
}

/** Confirms, releases or cancels, or finds that it is done. */
export function changeOrder(
  shard: Shard,
  name: ChangeName,
  orderId: number,
  buyerId: bigint,
): number | Refusal {
  const found = findOrder(shard.state, orderId, buyerId);
  if (typeof found !== "number") return found;
  const state = shard.state.orders.state(found);
  const change: Change = CHANGES[name];
  if (change.done.includes(state)) return found;
  if (state !== change.from) return { reason: "WRONG_STATE", orderId, state };
  shard.tell((to) => to.orderChanged(found, change.to, shard.nowMs));
  return found;
}

/** Takes the buyer out of an order of theirs, in whatever state; false: it is not theirs. */
export function anonymiseOrder(shard: Shard, orderId: number, buyerId: bigint): boolean {
  const { orders, place } = shard.state;
  const slot = slotOfOrder(orderId);
  const isHere = shardOfOrder(orderId) === place.shard && orders.has(slot);
  if (!isHere || !orders.isOf(slot, buyerId)) return false;
  shard.tell((to) => to.orderAnonymised(slot));
  return true;
}

/** Gives back what nobody confirmed in time, up to `limit` reservations. True: there may be more. */
export function expireDue(shard: Shard, limit: number): boolean {
  const { expiries, orders } = shard.state;
  for (let left = limit; left > 0; left--) {
    if (expiries.firstMs > shard.nowMs) return false;
    const slot = expiries.take();
    if (orders.state(slot) === RESERVED) {
      shard.tell((to) => to.orderChanged(slot, EXPIRED, shard.nowMs));
    }
  }
  return true;
}
