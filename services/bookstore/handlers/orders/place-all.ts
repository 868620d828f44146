import type { PlaceOrderResult } from "#gen/bookstore/v1/bookstore.ts";
import { ERROR_TABLE } from "../../../platform/grpc/errors/error-table.ts";
import { orderIdOf } from "../../domain/ids.ts";
import type { Turn } from "../../domain/ledger/ledger.ts";
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
  const opened = await ledger.submit(
    (home) => checked.map((one) => (isDraft(one) ? openOrder(home, one) : one)),
    { ...turn, weight: checked.length },
  );
  const { orders } = ledger.shard.state;
  let waits = false;
  const answers = opened.map((one): Answer | Promise<Answer> => {
    if (typeof one !== "number") return "outcome" in one ? one : refusedResult(one);
    if (!isOpening(orders.state(one))) return one;
    waits = true;
    return settler
      .whenOpen(one)
      .then((slot) => (typeof slot === "number" ? slot : refusedResult(slot)))
      .catch(errorResult);
  });
  return waits ? Promise.all(answers) : (answers as Answer[]);
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
