import { isId } from "../../model/ids.ts";
import { unreadableName } from "../../model/texts/readable-text.ts";
import { callerId } from "../../platform/grpc/caller-id.ts";
import { invalidArgument, refuseField } from "../../platform/grpc/errors/errors.ts";
import type { Line } from "../domain/orders/order.ts";
import { MAX_COPIES_PER_LINE, MAX_KEY_BYTES, MAX_ORDER_LINES, MAX_PRICE_CENTS } from "../limits.ts";

/** The checks of all handlers: each gives the value in the domain's type, or INVALID_ARGUMENT. */

const KEY = { maxBytes: MAX_KEY_BYTES, isRequired: true, isAscii: true };

export function buyerId(field: string, value: bigint): bigint {
  if (!isId(value)) throw invalidArgument(field, `is ${value}`, "a buyer's id is 1 to 2^63-1");
  return value;
}

/** A number that JavaScript holds exactly: what is larger names nothing here. */
export function wholeNumber(field: string, value: bigint, min: number, max: number): number {
  const number = Number(value);
  if (number >= min && number <= max && BigInt(number) === value) return number;
  throw invalidArgument(field, `is ${value}`, `send ${min} to ${max}`);
}

/** Of ISBN-13: 978 and 979. */
export const MIN_BOOK_ID = 9_780_000_000_000;
export const MAX_BOOK_ID = 9_799_999_999_999;

export function bookId(field: string, value: bigint): number {
  const number = Number(value);
  if (number >= MIN_BOOK_ID && number <= MAX_BOOK_ID) return number;
  throw invalidArgument(field, `is ${value}`, "a book's id is its ISBN-13 as a number");
}

export function orderId(field: string, value: bigint): number {
  return wholeNumber(field, value, 1, Number.MAX_SAFE_INTEGER);
}

export function price(field: string, value: bigint): number {
  return wholeNumber(field, value, 0, MAX_PRICE_CENTS);
}

/** 1 to `maxBytes` bytes of UTF-8: one line, in which there is something to read. */
export function text(field: string, value: string, maxBytes: number): string {
  const bytes = Buffer.byteLength(value);
  if (bytes < 1 || bytes > maxBytes) {
    throw invalidArgument(field, `has ${bytes} bytes`, `send 1 to ${maxBytes}`);
  }
  refuseField(field, unreadableName(value));
  return value;
}

export function key(field: string, value: string): string {
  return callerId(field, value, KEY);
}

/** 1 to `max`; 0 means `fallback`. */
export function limit(field: string, value: number, fallback: number, max: number): number {
  if (value >= 0 && value <= max) return value === 0 ? fallback : value;
  throw invalidArgument(field, `is ${value}`, `send 1 to ${max}, or 0 for ${fallback}`);
}

interface SentLine {
  readonly bookId: bigint;
  readonly copies: number;
  readonly priceCents: bigint;
}

/** Lines by book id, each book once. */
export function lines(field: string, sent: readonly SentLine[]): readonly Line[] {
  if (sent.length < 1 || sent.length > MAX_ORDER_LINES) {
    throw invalidArgument(field, `has ${sent.length} lines`, `send 1 to ${MAX_ORDER_LINES}`);
  }
  const checked = sent.map((line, i) => checkLine(`${field}[${i}]`, line));
  if (checked.length === 1) return checked;
  checked.sort((a, b) => a.bookId - b.bookId);
  for (let i = 1; i < checked.length; i++) {
    const { bookId: book } = checked[i];
    if (book !== checked[i - 1].bookId) continue;
    throw invalidArgument(field, `names book ${book} twice`, "send one line a book");
  }
  return checked;
}

function checkLine(field: string, { bookId: book, copies, priceCents }: SentLine): Line {
  if (copies < 1 || copies > MAX_COPIES_PER_LINE) {
    const remedy = `send 1 to ${MAX_COPIES_PER_LINE}`;
    throw invalidArgument(`${field}.copies`, `is ${copies}`, remedy);
  }
  return {
    bookId: bookId(`${field}.book_id`, book),
    copies,
    priceCents: price(`${field}.price_cents`, priceCents),
  };
}
