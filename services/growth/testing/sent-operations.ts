import { GrowthServiceService, type OperateResponse } from "#gen/growth/v1/growth.ts";
import { type Channel, createClient } from "../../platform/grpc/client/client.ts";

/** Sends messages of Operate as bytes, good or not, and gives what comes back. */
export function sentToGrowth(
  channel: Channel,
  messages: readonly Uint8Array[],
): AsyncIterable<OperateResponse> {
  const { operate } = GrowthServiceService;
  const definition = {
    operate: { ...operate, requestSerialize: (bytes: Uint8Array) => Buffer.from(bytes) },
  };
  return createClient(definition, channel).operate(oneByOne(messages));
}

export async function* oneByOne<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}
