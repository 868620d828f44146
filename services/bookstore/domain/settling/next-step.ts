import { isOpening, type OrderState, type Position, positionOf, SOLD } from "../orders/states.ts";
import type { Refusal } from "../shard/refusal.ts";

/** What the home of an order has durable about it. */
export interface OrderAtHome {
  readonly state: OrderState;
  /** Its other shards may not know where it stands. */
  readonly isUnsettled: boolean;
  /** The shards of its other books. */
  readonly others: readonly number[];
}

/** What the home has heard from the other shards; lost when it crashes. */
export interface Progress {
  readonly held: ReadonlySet<number>;
  /** One of them refused, or did not answer. */
  readonly refusal: Refusal | undefined;
  /** Where each was told that the order stands. */
  readonly told: ReadonlyMap<number, Position>;
}

/** What the home does next for an order. */
export type Step =
  /** Ask these shards to set copies aside. */
  | { readonly kind: "hold"; readonly shards: readonly number[] }
  /** Decide, durably: the one step that makes an order of several shards, or makes none. */
  | { readonly kind: "finish"; readonly isHeld: boolean }
  /** Tell these shards what was decided. */
  | { readonly kind: "settle"; readonly shards: readonly number[]; readonly isSold: boolean }
  /** All know: remember it, durably. */
  | { readonly kind: "remember"; readonly position: Position }
  | { readonly kind: "rest" };

/**
 * The protocol of an order whose books lie in several shards. Its home opens it and holds its own copies;
 * the others hold theirs, at once or not at all, so nobody ever waits for a lock and nothing can deadlock;
 * then the home decides. Whatever crashes, an order that is not decided is refused, and a decision is
 * told until all know it.
 */
export function nextStep(order: OrderAtHome, progress: Progress): Step {
  const { state, others } = order;
  if (isOpening(state)) {
    if (progress.refusal) return { kind: "finish", isHeld: false };
    const missing = others.filter((shard) => !progress.held.has(shard));
    return missing.length > 0
      ? { kind: "hold", shards: missing }
      : { kind: "finish", isHeld: true };
  }
  if (!order.isUnsettled) return { kind: "rest" };
  const position = positionOf(state);
  const untold = others.filter((shard) => progress.told.get(shard) !== position);
  if (untold.length === 0) return { kind: "remember", position };
  return { kind: "settle", shards: untold, isSold: position === SOLD };
}
