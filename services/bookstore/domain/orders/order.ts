import type { OrderState } from "./states.ts";

/** So many copies of one book, each at this price. */
export interface Line {
  readonly bookId: number;
  readonly copies: number;
  readonly priceCents: number;
}

/** An order as its buyer asks for it, checked: lines by book id, each book once. */
export interface OrderDraft {
  readonly buyerId: bigint;
  /** Visible ASCII. */
  readonly key: string;
  readonly lines: readonly Line[];
  /** How long copies are set aside, ms; 0: they are bought. */
  readonly ttlMs: number;
}

/** An order as it stands. */
export interface Order {
  readonly orderId: number;
  readonly buyerId: bigint;
  readonly key: string;
  readonly lines: readonly Line[];
  readonly state: OrderState;
  /** Unix ms. */
  readonly createTimeMs: number;
  /** Unix ms; 0: it never was a reservation. */
  readonly expireTimeMs: number;
}

/** What an order comes to, cents. Exact: at most 20 lines of 1,000 copies at 1,000,000.00. */
export function totalCents(lines: readonly Line[]): number {
  let total = 0;
  for (const { copies, priceCents } of lines) total += copies * priceCents;
  return total;
}
