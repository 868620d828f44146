import { shardOfBook } from "../ids.ts";
import type { NewOrder } from "../orders/order-table.ts";
import { HELD, type OrderState, type Position, RETURNED, SOLD } from "../orders/states.ts";
import type { ShardEvents } from "../records/shard-events.ts";
import type { ShardPlace } from "../shard/shard-state.ts";

/** An order at its home, of which other shards have a part. */
export interface SharedOrder {
  state: OrderState;
  readonly others: readonly number[];
  readonly expireTimeMs: number;
}

const nothing = () => {};

/** What a shard's journal says of orders that lie in several shards, at home here or elsewhere. */
export class SharedOrders implements ShardEvents {
  readonly shard: number;
  /** By slot. */
  readonly orders = new Map<number, SharedOrder>();
  /** Where the copies are that it holds for orders of other shards, by the order's id. */
  readonly parts = new Map<number, Position>();
  readonly #shardCount: number;
  #slots = 0;

  constructor({ shard, shardCount }: ShardPlace) {
    this.shard = shard;
    this.#shardCount = shardCount;
  }

  /** Slots in use, of orders of all kinds. */
  get slots(): number {
    return this.#slots;
  }

  orderOpened({ lines, expireTimeMs }: NewOrder, state: OrderState): void {
    const slot = this.#slots++;
    const shards = new Set(lines.map(({ bookId }) => shardOfBook(bookId, this.#shardCount)));
    shards.delete(this.shard);
    if (shards.size > 0) this.orders.set(slot, { state, others: [...shards], expireTimeMs });
  }

  orderChanged(slot: number, state: OrderState): void {
    const order = this.orders.get(slot);
    if (order) order.state = state;
  }

  orderStands(order: NewOrder, state: OrderState): void {
    this.orderOpened(order, state);
  }

  partHeld(orderId: number): void {
    this.parts.set(orderId, HELD);
  }

  partSettled(orderId: number, isSold: boolean): void {
    this.parts.set(orderId, isSold ? SOLD : RETURNED);
  }

  partStands(orderId: number, _lines: unknown, position: Position): void {
    this.parts.set(orderId, position);
  }

  readonly orderSettled = nothing;
  readonly orderAnonymised = nothing;
  readonly bookAdded = nothing;
  readonly restocked = nothing;
  readonly priceSet = nothing;
  readonly bookStands = nothing;
  readonly timeStands = nothing;
}
