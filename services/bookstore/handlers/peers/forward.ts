import { BookstoreServiceService } from "#gen/bookstore/v1/bookstore.ts";
import type { ForwardRequest, ForwardResponse } from "#gen/bookstore/v1/peer.ts";
import type { Call } from "../../../platform/grpc/call.ts";
import { invalidArgument } from "../../../platform/grpc/errors/errors.ts";
import type { OwnedShards } from "../../sharing/owned-shards.ts";
import type { Prepare } from "../prepared.ts";
import { answerHere, ROUTED, type RoutedName } from "../routing.ts";

/** Answers for a shard of this process what another process was asked. */
export function forward(shards: OwnedShards) {
  return async (request: ForwardRequest, call: Call): Promise<ForwardResponse> => {
    const name = (Object.keys(ROUTED) as RoutedName[]).find((one) => one === request.method);
    if (!name)
      throw invalidArgument("method", `is ${request.method}`, "name one of BookstoreService");
    const method = BookstoreServiceService[name];
    const decoded = method.requestDeserialize(Buffer.from(request.request));
    const prepared = (ROUTED[name] as Prepare<unknown, unknown>)(decoded, shards.shardCount);
    const answer = await answerHere(shards, prepared, call);
    const encode = method.responseSerialize as (response: unknown) => Buffer;
    return { response: encode(answer) };
  };
}
