import type { OrderState } from "../orders/states.ts";

/** Why a shard did nothing. A value: refusals are the rule when a book is wanted by many. */
export type Refusal =
  | { readonly reason: "NO_BOOK"; readonly bookId: number }
  | { readonly reason: "OUT_OF_STOCK"; readonly bookId: number; readonly available: number }
  | { readonly reason: "PRICE_CHANGED"; readonly bookId: number; readonly priceCents: number }
  /** The ISBN is there with another title, author or price. */
  | { readonly reason: "BOOK_DIFFERS"; readonly bookId: number }
  /** The key stands for something else. */
  | { readonly reason: "KEY_REUSED"; readonly key: string }
  | { readonly reason: "NO_ORDER"; readonly orderId: number }
  /** Where the order stands, what was asked cannot be done. */
  | { readonly reason: "WRONG_STATE"; readonly orderId: number; readonly state: OrderState }
  | { readonly reason: "FULL"; readonly what: "books" | "orders"; readonly limit: number }
  /** An order was over before its part came to be held. */
  | { readonly reason: "OVER"; readonly orderId: number }
  /** A shard of the order could not be asked in time, so there is no order. */
  | { readonly reason: "SHARD_AWAY"; readonly shard: number };
