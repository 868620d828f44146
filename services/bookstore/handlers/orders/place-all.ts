import type { PlaceOrderResult } from "#gen/bookstore/v1/bookstore.ts";
import { ERROR_TABLE } from "../../../platform/grpc/errors/error-table.ts";
import { orderIdOf } from "../../domain/ids.ts";
import type { Turn } from "../../domain/ledger/ledger.ts";
import { isOpening, type OrderState } from "../../domain/orders/states.ts";
import { openOrder } from "../../domain/shard/open-order.ts";
import type { Refusal } from "../../domain/shard/refusal.ts";
import type { Shard } from "../../domain/shard/shard.ts";
import type { OwnedShard } from "../../sharing/owned-shards.ts";
import { stateMessage } from "../messages/order-message.ts";
import { refusalStatus } from "../refusal-error.ts";
import { type Checked, errorResult, isDraft } from "./checked.ts";

/** An order as it stood in its turn; the rest of it never changes. */
export interface Placed {
  /** Of its home's table. */
  readonly slot: number;
  readonly state: OrderState;
}

/** What became of one order. */
export type Answer = Placed | PlaceOrderResult;

/** Places these orders in one turn of their home shard, in their order. */
export async function placeAll(
  { ledger, settler }: OwnedShard,
  checked: readonly Checked[],
  turn: Turn,
): Promise<readonly Answer[]> {
  const opened = await ledger.submit(
    (home) =>
      checked.map((one) => {
        if (!isDraft(one)) return one;
        const slot = openOrder(home, one);
        return typeof slot === "number" ? placedAt(home, slot) : slot;
      }),
    { ...turn, weight: checked.length },
  );
  let isOpen = true;
  const answers = opened.map((one, i): Answer | Promise<Answer> => {
    if ("outcome" in one) return one;
    if ("reason" in one) return refusedResult(one);
    const draft = checked[i];
    if (!isOpening(one.state) || !isDraft(draft)) return one;
    isOpen = false;
    return settler
      .whenOpen(one.slot, draft, turn, placedAt)
      .then((placed) => ("reason" in placed ? refusedResult(placed) : placed))
      .catch(errorResult);
  });
  return isOpen ? (answers as Answer[]) : Promise.all(answers);
}

function placedAt({ state }: Shard, slot: number): Placed {
  return { slot, state: state.orders.state(slot) };
}

/** The answer as its message. */
export function resultOf({ ledger, number }: OwnedShard, answer: Answer): PlaceOrderResult {
  if ("outcome" in answer) return answer;
  const { slot, state } = answer;
  const value = {
    orderId: BigInt(orderIdOf(slot, number)),
    totalCents: BigInt(ledger.shard.state.orders.totalCents(slot)),
    state: stateMessage(state),
  };
  return { outcome: { $case: "placed", value } };
}

function refusedResult(refusal: Refusal): PlaceOrderResult {
  const { code, reason, message } = refusalStatus(refusal);
  return { outcome: { $case: "error", value: { code: ERROR_TABLE[code].grpc, reason, message } } };
}
