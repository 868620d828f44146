import { PlaceOrderRequest, PlaceOrdersRequest } from "#gen/bookstore/v1/bookstore.ts";
import { invalidArgument } from "../../../platform/grpc/errors/errors.ts";
import type { OrderDraft } from "../../domain/orders/order.ts";
import { MAX_COPIES_PER_LINE, MAX_KEY_BYTES, MAX_PRICE_CENTS } from "../../limits.ts";
import { MAX_BOOK_ID, MIN_BOOK_ID } from "../arguments.ts";
import { type Checked, checkOrders, errorResult } from "../orders/checked.ts";
import { draftOf } from "../orders/place.ts";

/** Tags of the fields that the usual order has. */
const ORDERS = 10;
const BUYER = 8;
const LINES = 18;
const KEY = 26;
const BOOK = 8;
const COPIES = 16;
const PRICE = 24;

/**
 * The orders of a PlaceOrdersRequest, from its bytes. The usual order, of one book, is read without a message
 * and without a bigint for each number; whatever is unusual about an order is left to the generated
 * decoder, which also finds out what is wrong with it. @throws INVALID_ARGUMENT for bytes that are no message
 */
export function decodeOrders(bytes: Buffer): readonly Checked[] {
  const orders: Checked[] = [];
  const reader = new Reader(bytes);
  while (reader.at < bytes.length) {
    const tag = reader.varint();
    const size = reader.varint();
    const end = reader.at + size;
    // A field of a later version, or none at all; and a size behind the end is NaN.
    if (tag !== ORDERS) return unusualRequest(bytes);
    if (!(end <= bytes.length)) throw noMessage();
    orders.push(reader.usualOrder(end) ?? unusualOrder(bytes.subarray(end - size, end)));
    reader.at = end;
  }
  return orders;
}

function unusualRequest(bytes: Buffer): readonly Checked[] {
  let request: PlaceOrdersRequest;
  try {
    request = PlaceOrdersRequest.decode(bytes);
  } catch {
    throw noMessage();
  }
  return checkOrders(request);
}

function unusualOrder(bytes: Buffer): Checked {
  let request: PlaceOrderRequest;
  try {
    request = PlaceOrderRequest.decode(bytes);
  } catch {
    throw noMessage();
  }
  try {
    return draftOf(request, 0);
  } catch (error) {
    return errorResult(error);
  }
}

function noMessage(): Error {
  return invalidArgument("request", "its bytes are no PlaceOrdersRequest");
}

class Reader {
  readonly #bytes: Buffer;
  at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Exact below 2^53; NaN behind the end of the bytes, or when it is longer than 8 bytes. */
  varint(): number {
    let byte = this.#bytes[this.at++];
    if (byte < 128) return byte;
    let value = byte & 127;
    let scale = 128;
    for (let i = 0; i < 7; i++) {
      byte = this.#bytes[this.at++];
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
    return Number.NaN;
  }

  /** The order that ends at `end`; undefined when anything about it is unusual. */
  usualOrder(end: number): OrderDraft | undefined {
    const bytes = this.#bytes;
    if (bytes[this.at++] !== BUYER) return undefined;
    const buyer = this.varint();
    if (bytes[this.at++] !== LINES) return undefined;
    const lineEnd = this.varint() + this.at;
    if (bytes[this.at++] !== BOOK) return undefined;
    const bookId = this.varint();
    if (bytes[this.at++] !== COPIES) return undefined;
    const copies = this.varint();
    if (bytes[this.at++] !== PRICE) return undefined;
    const priceCents = this.varint();
    if (this.at !== lineEnd || bytes[this.at++] !== KEY) return undefined;
    const keyBytes = this.varint();
    if (this.at + keyBytes !== end || keyBytes < 1 || keyBytes > MAX_KEY_BYTES) return undefined;
    const isUsual =
      buyer >= 1 &&
      bookId >= MIN_BOOK_ID &&
      bookId <= MAX_BOOK_ID &&
      copies >= 1 &&
      copies <= MAX_COPIES_PER_LINE &&
      priceCents <= MAX_PRICE_CENTS;
    const key = this.#visibleAscii(end);
    if (!isUsual || key === undefined) return undefined;
    return { buyerId: BigInt(buyer), key, lines: [{ bookId, copies, priceCents }], ttlMs: 0 };
  }

  #visibleAscii(end: number): string | undefined {
    for (let i = this.at; i < end; i++) {
      if (this.#bytes[i] < 0x21 || this.#bytes[i] > 0x7e) return undefined;
    }
    return this.#bytes.toString("latin1", this.at, end);
  }
}
