import {
  BookstoreServiceService,
  type PlaceOrderResult,
  PlaceOrdersRequest,
  PlaceOrdersResponse,
} from "#gen/bookstore/v1/bookstore.ts";
import type { Call } from "../../../platform/grpc/call.ts";
import type { GonePeople } from "../../../platform/people/refuse-gone.ts";
import { withoutGoneBuyers } from "../buyers/buying.ts";
import type { Routing } from "../routing.ts";
import { decodeOrders } from "../wire/decode-orders.ts";
import { encodeAnswers } from "../wire/encode-answers.ts";
import { errorResult, isDraft, requireCount } from "./checked.ts";
import { homeOf } from "./place.ts";
import { placeAll, resultOf } from "./place-all.ts";

const { placeOrders: METHOD } = BookstoreServiceService;

/**
 * Up to 1,000 orders: those of each home shard go to its owner together, and keep their order. From bytes
 * to bytes: an order is read and answered without a message.
 */
export function placeOrders({ shards, peers }: Routing, people: GonePeople) {
  const { shardCount } = shards;
  return async (request: Buffer, call: Call): Promise<Uint8Array> => {
    const { deadlineMs } = call;
    const sent = decodeOrders(request);
    requireCount(sent);
    const checked = await withoutGoneBuyers(people, sent);
    const byHome = new Map<number, number[]>();
    const results: PlaceOrderResult[] = [];
    checked.forEach((one, i) => {
      if (isDraft(one)) byHome.getOrInsertComputed(homeOf(one, shardCount), () => []).push(i);
      else results[i] = one;
    });
    const [only] = byHome.keys();
    if (byHome.size === 1 && shards.has(only)) {
      return shards.answer(only, async (owned) => {
        const answers = await placeAll(owned, checked, { deadlineMs });
        return encodeAnswers(answers, owned.ledger.shard.state.orders, owned.number);
      });
    }
    const answerHome = async (home: number, places: readonly number[]) => {
      if (shards.has(home)) {
        const some = places.map((i) => checked[i]);
        return shards.answer(home, async (owned) => {
          const answers = await placeAll(owned, some, { deadlineMs });
          return answers.map((answer) => resultOf(owned, answer));
        });
      }
      const { orders } = PlaceOrdersRequest.decode(request);
      const bytes = METHOD.requestSerialize({ orders: places.map((i) => orders[i]) });
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
    return PlaceOrdersResponse.encode({ results }).finish();
  };
}
