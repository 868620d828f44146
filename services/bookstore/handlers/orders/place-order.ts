import type { PlaceOrderRequest, PlaceOrderResponse } from "#gen/bookstore/v1/bookstore.ts";
import type { Prepare } from "../prepared.ts";
import { draftOf, placed } from "./place.ts";

/** Buys: all lines, or nothing. */
export const placeOrder: Prepare<PlaceOrderRequest, PlaceOrderResponse> = (request, shardCount) =>
  placed(draftOf(request, 0), shardCount);
