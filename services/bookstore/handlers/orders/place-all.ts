import type { PlaceOrderResult } from "#gen/bookstore/v1/bookstore.ts";
import { ERROR_TABLE } from "../../../platform/grpc/errors/error-table.ts";
import { orderIdOf } from "../../domain/ids.ts";
import type { Turn } from "../../domain/ledger/ledger.ts";
import type { OrderDraft } from "../../domain/orders/order.ts";
import { isOpening } from "../../domain/orders/states.ts";
import { openOrder } from "../../domain/shard/open-order.ts";
import type { Refusal } from "../../domain/shard/refusal.ts";
import type { OwnedShard } from "../../sharing/owned-shards.ts";
import { stateMessage } from "../messages/order-message.ts";
import { refusalStatus } from "../refusal-error.ts";
import { type Checked, errorResult, isDraft } from "./checked.ts";

/** What became of one order: the slot of its home's table, or what is said of it. */
export type Answer = number | PlaceOrderResult;

/** Places these orders in one turn of their home shard, in their order. */
export async function placeAll(
  { ledger, settler }: OwnedShard,
  checked: readonly Checked[],
  turn: Turn,
): Promise<readonly Answer[]> {
  const opening = new Map<number, OrderDraft>();
  const opened = await ledger.submit(
    (home) =>
      checked.map((one, i) => {
        if (!isDraft(one)) return one;
        const slot = openOrder(home, one);
        if (typeof slot === "number" && isOpening(home.state.orders.state(slot))) {
          opening.set(i, one);
        }
        return slot;
      }),
    { ...turn, weight: checked.length },
  );
  const answers = opened.map((one, i): Answer | Promise<Answer> => {
    if (typeof one !== "number") return "outcome" in one ? one : refusedResult(one);
    const draft = opening.get(i);
    if (draft === undefined) return one;
    return settler
      .whenOpen(one, draft, turn)
      .then((slot) => (typeof slot === "number" ? slot : refusedResult(slot)))
      .catch(errorResult);
  });
  return opening.size > 0 ? Promise.all(answers) : (answers as Answer[]);
}

/** The answer as its message. */
export function resultOf({ ledger, number }: OwnedShard, answer: Answer): PlaceOrderResult {
  if (typeof answer !== "number") return answer;
  const { orders } = ledger.shard.state;
  const value = {
    orderId: BigInt(orderIdOf(answer, number)),
    totalCents: BigInt(orders.totalCents(answer)),
    state: stateMessage(orders.state(answer)),
  };
  return { outcome: { $case: "placed", value } };
}

function refusedResult(refusal: Refusal): PlaceOrderResult {
  const { code, reason, message } = refusalStatus(refusal);
  return { outcome: { $case: "error", value: { code: ERROR_TABLE[code].grpc, reason, message } } };
}
