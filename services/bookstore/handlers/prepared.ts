import { shardOfOrder } from "../domain/ids.ts";
import type { Turn } from "../domain/ledger/ledger.ts";
import type { OwnedShard } from "../sharing/owned-shards.ts";
import { refusalError } from "./refusal-error.ts";

/** A call that was checked: the shard that answers it, and how. */
export interface Prepared<Response> {
  readonly shard: number;
  readonly run: (shard: OwnedShard, turn: Turn) => Promise<Response>;
}

/** Checks a request, before anybody is asked. Throws INVALID_ARGUMENT. */
export type Prepare<Request, Response> = (
  request: Request,
  shardCount: number,
) => Prepared<Response>;

/** The shard of an order. Throws NOT_FOUND for an id that no shard gives. */
export function orderHome(orderId: number, shardCount: number): number {
  const shard = shardOfOrder(orderId);
  if (shard < shardCount) return shard;
  throw refusalError({ reason: "NO_ORDER", orderId });
}
