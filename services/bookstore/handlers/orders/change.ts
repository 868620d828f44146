import type { Order } from "#gen/bookstore/v1/bookstore.ts";
import { type ChangeName, changeOrder } from "../../domain/shard/change-order.ts";
import { buyerId, orderId } from "../arguments.ts";
import { orderAt } from "../messages/order-message.ts";
import { orderHome, type Prepare } from "../prepared.ts";
import { refusalError } from "../refusal-error.ts";

interface OrderOfBuyer {
  readonly orderId: bigint;
  readonly buyerId: bigint;
}

/** Confirms, releases or cancels, in its turn; other shards hear of it a moment later. */
function changing(name: ChangeName): Prepare<OrderOfBuyer, { order: Order }> {
  return (request, shardCount) => {
    const id = orderId("order_id", request.orderId);
    const buyer = buyerId("buyer_id", request.buyerId);
    return {
      shard: orderHome(id, shardCount),
      run: async ({ ledger }, turn) => {
        // As it stands in its turn: what a later group does to it may not be durable yet.
        const changed = await ledger.submit((shard) => {
          const slot = changeOrder(shard, name, id, buyer);
          return typeof slot === "number" ? orderAt(shard, slot) : slot;
        }, turn);
        if ("reason" in changed) throw refusalError(changed);
        return { order: changed };
      },
    };
  };
}

/** Buys what is reserved. */
export const confirm = changing("confirm");
/** Gives a reservation back. */
export const release = changing("release");
/** Takes an order back, and its copies. */
export const cancelOrder = changing("cancel");
