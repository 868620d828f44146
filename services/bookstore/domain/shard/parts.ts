import { failedPrecondition } from "../../../platform/grpc/errors/errors.ts";
import type { Line } from "../orders/order.ts";
import { type Position, positionOf, RETURNED, SOLD } from "../orders/states.ts";
import { refusalOf } from "./open-order.ts";
import type { Refusal } from "./refusal.ts";
import type { Shard } from "./shard.ts";

/** Sets copies aside for an order of another shard. Nothing waits: they are held at once, or refused. */
export function holdPart(
  shard: Shard,
  orderId: number,
  lines: readonly Line[],
): Refusal | undefined {
  const part = shard.state.parts.get(orderId);
  // A call that comes after its order is over, or for the second time.
  if (part) return part.position === RETURNED ? { reason: "OVER", orderId } : undefined;
  const refusal = refusalOf(shard.state, lines);
  if (refusal) return refusal;
  shard.tell((to) => to.partHeld(orderId, lines));
  return undefined;
}

/** Brings a part to where its order stands. It only goes from held to sold to returned. */
export function settlePart(shard: Shard, orderId: number, isSold: boolean): void {
  const part = shard.state.parts.get(orderId);
  if (part && (part.position === RETURNED || (isSold && part.position === SOLD))) return;
  if (!part && isSold) {
    throw failedPrecondition(`of order ${orderId} no part was ever held here`);
  }
  shard.tell((to) => to.partSettled(orderId, isSold));
}

/** The other shards of an order know that its copies are in this position. */
export function settleOrder(shard: Shard, slot: number, told: Position): void {
  const { state } = shard;
  const isStill = positionOf(state.orders.state(slot)) === told;
  if (isStill && state.unsettled.has(slot)) shard.tell((to) => to.orderSettled(slot));
}
