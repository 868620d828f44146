import type { SettlePartRequest, SettlePartResponse } from "#gen/bookstore/v1/peer.ts";
import type { Call } from "../../../platform/grpc/call.ts";
import { settlePart as settle } from "../../domain/shard/parts.ts";
import type { OwnedShards } from "../../sharing/owned-shards.ts";
import { orderId } from "../arguments.ts";

/** Brings a part to where its order stands. */
export function settlePart(shards: OwnedShards) {
  return async (request: SettlePartRequest, call: Call): Promise<SettlePartResponse> => {
    const id = orderId("order_id", request.orderId);
    const turn = { deadlineMs: call.deadlineMs };
    await shards.answer(request.shard, ({ ledger }) =>
      ledger.submit((shard) => settle(shard, id, request.isSold), turn),
    );
    return {};
  };
}
