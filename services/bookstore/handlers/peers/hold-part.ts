import type { HoldPartRequest, HoldPartResponse } from "#gen/bookstore/v1/peer.ts";
import type { Call } from "../../../platform/grpc/call.ts";
import { holdPart as hold } from "../../domain/shard/parts.ts";
import type { OwnedShards } from "../../sharing/owned-shards.ts";
import { lines as checkLines, orderId } from "../arguments.ts";
import { refusalMessage } from "../messages/part-refusal.ts";

/** Sets copies aside for an order of another shard. */
export function holdPart(shards: OwnedShards) {
  return async (request: HoldPartRequest, call: Call): Promise<HoldPartResponse> => {
    const id = orderId("order_id", request.orderId);
    const lines = checkLines("lines", request.lines);
    const refusal = await shards.answer(request.shard, ({ ledger }) =>
      ledger.submit((shard) => hold(shard, id, lines), { deadlineMs: call.deadlineMs }),
    );
    return { refusal: refusal && refusalMessage(refusal) };
  };
}
