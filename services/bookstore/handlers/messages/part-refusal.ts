import type { PartRefusal } from "#gen/bookstore/v1/peer.ts";
import type { Refusal } from "../../domain/shard/refusal.ts";

/** What holdPart refuses, between processes. */
export function refusalMessage(refusal: Refusal): PartRefusal {
  const { reason } = refusal;
  const bookId = "bookId" in refusal ? BigInt(refusal.bookId) : 0n;
  if (refusal.reason === "OUT_OF_STOCK") {
    return { reason, bookId, value: BigInt(refusal.available) };
  }
  if (refusal.reason === "PRICE_CHANGED") {
    return { reason, bookId, value: BigInt(refusal.priceCents) };
  }
  return { reason, bookId, value: 0n };
}

/** As the other process meant it. */
export function refusalOf({ reason, bookId, value }: PartRefusal, orderId: number): Refusal {
  const book = Number(bookId);
  if (reason === "OUT_OF_STOCK") return { reason, bookId: book, available: Number(value) };
  if (reason === "PRICE_CHANGED") return { reason, bookId: book, priceCents: Number(value) };
  if (reason === "NO_BOOK") return { reason, bookId: book };
  return { reason: "OVER", orderId };
}
