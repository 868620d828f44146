import type { AnonymiseOrderRequest, AnonymiseOrderResponse } from "#gen/bookstore/v1/bookstore.ts";
import { anonymiseOrder as anonymise } from "../../domain/shard/change-order.ts";
import { buyerId, orderId } from "../arguments.ts";
import { orderHome, type Prepare } from "../prepared.ts";

/** Takes the buyer out of an order, in its turn. */
export const anonymiseOrder: Prepare<AnonymiseOrderRequest, AnonymiseOrderResponse> = (
  request,
  shardCount,
) => {
  const id = orderId("order_id", request.orderId);
  const buyer = buyerId("buyer_id", request.buyerId);
  return {
    shard: orderHome(id, shardCount),
    run: async ({ ledger }, turn) => ({
      changed: await ledger.submit((shard) => anonymise(shard, id, buyer), turn),
    }),
  };
};
