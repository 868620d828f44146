import type { Order } from "#gen/bookstore/v1/bookstore.ts";
import { shardOfBook } from "../../domain/ids.ts";
import type { OrderDraft } from "../../domain/orders/order.ts";
import { buyerId, key, lines } from "../arguments.ts";
import { orderAt } from "../messages/order-message.ts";
import type { Prepared } from "../prepared.ts";
import { refusalError } from "../refusal-error.ts";

interface SentOrder {
  readonly buyerId: bigint;
  readonly lines: readonly {
    readonly bookId: bigint;
    readonly copies: number;
    readonly priceCents: bigint;
  }[];
  readonly idempotencyKey: string;
}

/** The order that was sent, checked; `at` is where it stands in the request. */
export function draftOf(sent: SentOrder, ttlMs: number, at = ""): OrderDraft {
  return {
    buyerId: buyerId(`${at}buyer_id`, sent.buyerId),
    lines: lines(`${at}lines`, sent.lines),
    key: key(`${at}idempotency_key`, sent.idempotencyKey),
    ttlMs,
  };
}

/** Its home: the shard of its first book. */
export function homeOf({ lines: [first] }: OrderDraft, shardCount: number): number {
  return shardOfBook(first.bookId, shardCount);
}

/** Places or reserves. */
export function placed(draft: OrderDraft, shardCount: number): Prepared<{ order: Order }> {
  return {
    shard: homeOf(draft, shardCount),
    run: async ({ settler }, turn) => {
      const placed = await settler.place(draft, turn, orderAt);
      if ("reason" in placed) throw refusalError(placed);
      return { order: placed };
    },
  };
}
