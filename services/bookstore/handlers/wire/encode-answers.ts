import { PlaceOrderResult } from "#gen/bookstore/v1/bookstore.ts";
import { orderIdOf } from "../../domain/ids.ts";
import type { OrderTable } from "../../domain/orders/order-table.ts";
import { ByteWriter } from "../../domain/records/byte-writer.ts";
import { stateMessage } from "../messages/order-message.ts";
import type { Answer, Placed } from "../orders/place-all.ts";

/** Tags of PlaceOrdersResponse.results, PlaceOrderResult.placed, and PlacedOrder. */
const RESULTS = 10;
const PLACED = 10;
const ORDER_ID = 8;
const TOTAL = 16;
const STATE = 24;
const BYTES_PER_RESULT = 24;

/** A PlaceOrdersResponse. The usual answer is written without a message or a bigint for each number. */
export function encodeAnswers(
  answers: readonly Answer[],
  orders: OrderTable,
  shard: number,
): Buffer {
  const out = new ByteWriter(0, answers.length * BYTES_PER_RESULT + 16);
  for (const answer of answers) {
    out.byte(RESULTS);
    if ("slot" in answer) writePlaced(out, answer, orders, shard);
    else {
      const bytes = PlaceOrderResult.encode(answer).finish();
      out.varint(bytes.length);
      out.raw(bytes);
    }
  }
  return out.view();
}

function writePlaced(
  out: ByteWriter,
  { slot, state }: Placed,
  orders: OrderTable,
  shard: number,
): void {
  const orderId = orderIdOf(slot, shard);
  const total = orders.totalCents(slot);
  // A number that is 0 is left out, as generated code does.
  const totalBytes = total === 0 ? 0 : 1 + sizeOf(total);
  const size = 1 + sizeOf(orderId) + totalBytes + 2;
  out.varint(size + 2);
  out.byte(PLACED);
  out.varint(size);
  out.byte(ORDER_ID);
  out.varint(orderId);
  if (total > 0) {
    out.byte(TOTAL);
    out.varint(total);
  }
  out.byte(STATE);
  out.varint(stateMessage(state));
}

function sizeOf(value: number): number {
  let size = 1;
  for (let rest = value; rest > 127; rest = Math.floor(rest / 128)) size++;
  return size;
}
