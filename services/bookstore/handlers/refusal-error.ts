import type { DomainCode } from "../../platform/grpc/errors/error-table.ts";
import { DomainError } from "../../platform/grpc/errors/errors.ts";
import { nameOf } from "../domain/orders/states.ts";
import type { Refusal } from "../domain/shard/refusal.ts";

/** What a caller is told of a refusal. */
export interface RefusalStatus {
  readonly code: DomainCode;
  readonly reason: string;
  readonly message: string;
  readonly metadata: Readonly<Record<string, string>>;
}

export function refusalError(refusal: Refusal): DomainError {
  const { code, message, reason, metadata } = refusalStatus(refusal);
  return new DomainError(code, message, { reason, metadata });
}

export function isRefusal(result: object | number): result is Refusal {
  return typeof result === "object" && "reason" in result;
}

export function refusalStatus(refusal: Refusal): RefusalStatus {
  const { reason } = refusal;
  switch (refusal.reason) {
    case "NO_BOOK": {
      const metadata = { resource: "book", id: String(refusal.bookId) };
      return {
        code: "NOT_FOUND",
        reason: "NOT_FOUND",
        message: `no book ${refusal.bookId}`,
        metadata,
      };
    }
    case "NO_ORDER": {
      const metadata = { resource: "order", id: String(refusal.orderId) };
      const message = `no order ${refusal.orderId} of this buyer`;
      return { code: "NOT_FOUND", reason: "NOT_FOUND", message, metadata };
    }
    case "OUT_OF_STOCK": {
      const { bookId, available } = refusal;
      const metadata = { book_id: String(bookId), available: String(available) };
      const message = `${available} copies of book ${bookId} are left, fewer than asked for`;
      return { code: "FAILED_PRECONDITION", reason, message, metadata };
    }
    case "PRICE_CHANGED": {
      const { bookId, priceCents } = refusal;
      const metadata = { book_id: String(bookId), price_cents: String(priceCents) };
      const message = `book ${bookId} costs ${priceCents} cents now: show it, and order again`;
      return { code: "FAILED_PRECONDITION", reason, message, metadata };
    }
    case "BOOK_DIFFERS": {
      const message = `book ${refusal.bookId} is there with another title, author or price`;
      return { code: "ALREADY_EXISTS", reason, message, metadata: {} };
    }
    case "KEY_REUSED": {
      const message = `idempotency_key ${refusal.key} stands for another request: send a new one`;
      return { code: "ALREADY_EXISTS", reason, message, metadata: {} };
    }
    case "WRONG_STATE": {
      const state = nameOf(refusal.state);
      const message = `order ${refusal.orderId} is ${state.toLowerCase()}`;
      return { code: "FAILED_PRECONDITION", reason: state, message, metadata: {} };
    }
    case "FULL": {
      const { what, limit } = refusal;
      const message = `this shard holds ${limit} ${what}, its limit: raise it, or add processes`;
      return { code: "RESOURCE_EXHAUSTED", reason, message, metadata: {} };
    }
    default: {
      const message = "a shard of this order could not be asked, so nothing was bought: try again";
      return { code: "UNAVAILABLE", reason, message, metadata: {} };
    }
  }
}
