import type { PlaceOrdersRequest, PlaceOrdersResponse } from "#gen/bookstore/v1/bookstore.ts";
import type { Prepare } from "../prepared.ts";
import { checkOrders, isDraft, requireCount } from "./checked.ts";
import { homeOf } from "./place.ts";
import { placeAll, resultOf } from "./place-all.ts";

/** Orders that are all at home in one shard, as another process passes them on. */
export const placeOrdersHere: Prepare<PlaceOrdersRequest, PlaceOrdersResponse> = (
  request,
  shardCount,
) => {
  const checked = checkOrders(request);
  requireCount(checked);
  const first = checked.find(isDraft);
  return {
    shard: first ? homeOf(first, shardCount) : 0,
    run: async (shard, turn) => {
      const answers = await placeAll(shard, checked, turn);
      return { results: answers.map((answer) => resultOf(shard, answer)) };
    },
  };
};
