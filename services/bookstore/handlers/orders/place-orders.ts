import {
  BookstoreServiceService,
  type PlaceOrderResult,
  type PlaceOrdersRequest,
  type PlaceOrdersResponse,
} from "#gen/bookstore/v1/bookstore.ts";
import type { Call } from "../../../platform/grpc/call.ts";
import type { Routing } from "../routing.ts";
import { homeOf } from "./place.ts";
import { checkOrders, errorResult, isDraft, placeAll } from "./place-orders-here.ts";

const { placeOrders: METHOD } = BookstoreServiceService;

/** Up to 1,000 orders: those of each home shard go to its owner together, and keep their order. */
export function placeOrders({ shards, peers }: Routing) {
  const { shardCount } = shards;
  return async (request: PlaceOrdersRequest, call: Call): Promise<PlaceOrdersResponse> => {
    const checked = checkOrders(request);
    const results: PlaceOrderResult[] = [];
    const byHome = new Map<number, number[]>();
    checked.forEach((one, i) => {
      const home = isDraft(one) ? homeOf(one, shardCount) : -1;
      if (!isDraft(one)) results[i] = one;
      else byHome.getOrInsertComputed(home, () => []).push(i);
    });
    const answerHome = async (home: number, places: readonly number[]) => {
      const some = places.map((i) => checked[i]);
      if (shards.has(home)) {
        return shards.answer(home, (owned) =>
          placeAll(owned, some, { deadlineMs: call.deadlineMs }),
        );
      }
      const orders = places.map((i) => request.orders[i]);
      const bytes = METHOD.requestSerialize({ orders });
      const answer = await peers.forward(home, "placeOrders", bytes, call);
      return METHOD.responseDeserialize(Buffer.from(answer)).results;
    };
    await Promise.all(
      [...byHome].map(async ([home, places]) => {
        // One home that is away fails its own orders only.
        const answers = await answerHome(home, places).catch((error: unknown) =>
          places.map(() => errorResult(error)),
        );
        places.forEach((i, n) => {
          results[i] = answers[n];
        });
      }),
    );
    return { results };
  };
}
