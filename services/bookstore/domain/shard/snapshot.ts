import type { Order } from "../orders/order.ts";
import type { OrderState } from "../orders/states.ts";
import { RecordWriter } from "../records/record-writer.ts";
import type { ShardState } from "./shard-state.ts";

const SLICE_BYTES = 128 * 1_024;

/**
 * The shard as it is at this call, as records in slices. Books, parts and the states of orders are copied
 * now; all else of an order never changes, but for its buyer, who may be taken out meanwhile, as a later group
 * says again: so it can be read while those go on.
 */
export function snapshotOf(state: ShardState): Iterable<Buffer> {
  const first = new RecordWriter();
  first.timeStands(state.timeMs);
  for (const book of state.books.values()) first.bookStands(book);
  for (const [orderId, { lines, position }] of state.parts) {
    first.partStands(orderId, lines, position);
  }
  const states = state.orders.copyStates();
  const unsettled = new Set(state.unsettled);
  return slices(state, first, states, unsettled);
}

function* slices(
  state: ShardState,
  first: RecordWriter,
  states: Uint8Array,
  unsettled: ReadonlySet<number>,
): Iterable<Buffer> {
  yield first.view();
  const writer = new RecordWriter();
  for (let slot = 0; slot < states.length; slot++) {
    const order: Order = state.orders.order(slot, 0);
    writer.orderStands(order, states[slot] as OrderState, !unsettled.has(slot));
    if (writer.length < SLICE_BYTES) continue;
    yield writer.view();
    writer.clear();
  }
  if (writer.length > 0) yield writer.view();
}
