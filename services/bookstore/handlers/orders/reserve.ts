import type { ReserveRequest, ReserveResponse } from "#gen/bookstore/v1/bookstore.ts";
import { MAX_TTL_MS, MIN_TTL_MS } from "../../limits.ts";
import { wholeNumber } from "../arguments.ts";
import type { Prepare } from "../prepared.ts";
import { draftOf, placed } from "./place.ts";

/** Sets copies aside for a time. */
export const reserve: Prepare<ReserveRequest, ReserveResponse> = (request, shardCount) => {
  const ttlMs = wholeNumber("ttl_ms", request.ttlMs, MIN_TTL_MS, MAX_TTL_MS);
  return placed(draftOf(request, ttlMs), shardCount);
};
