import type { GetOrderRequest, GetOrderResponse } from "#gen/bookstore/v1/bookstore.ts";
import { findOrder } from "../../domain/shard/change-order.ts";
import { buyerId, orderId } from "../arguments.ts";
import { orderAt } from "../messages/order-message.ts";
import { orderHome, type Prepare } from "../prepared.ts";
import { refusalError } from "../refusal-error.ts";

/** An order or reservation, by id. */
export const getOrder: Prepare<GetOrderRequest, GetOrderResponse> = (request, shardCount) => {
  const id = orderId("order_id", request.orderId);
  const buyer = buyerId("buyer_id", request.buyerId);
  return {
    shard: orderHome(id, shardCount),
    run: async ({ ledger }) => {
      const found = await ledger.read((shard) => {
        const slot = findOrder(shard.state, id, buyer);
        return typeof slot === "number" ? { order: orderAt(shard, slot) } : slot;
      });
      if ("reason" in found) throw refusalError(found);
      return found;
    },
  };
};
