import type { BookstoreServiceService, PlaceOrderRequest } from "#gen/bookstore/v1/bookstore.ts";
import type { Client } from "../../services/platform/grpc/call.ts";
import { DomainError } from "../../services/platform/grpc/errors/errors.ts";

export type Store = Client<typeof BookstoreServiceService>;

/** What became of one buyer's order, from the first try to the answer that counts. */
export interface Bought {
  readonly request: PlaceOrderRequest;
  readonly startMs: number;
  readonly endMs: number;
  /** Calls that ended without telling what became of the order. */
  readonly retries: number;
  readonly outcome: Outcome;
}

export type Outcome =
  | { readonly kind: "placed"; readonly orderId: bigint; readonly totalCents: bigint }
  /** This book was out of stock, with so many left. */
  | { readonly kind: "refused"; readonly bookId: bigint; readonly available: number };

/** What says nothing of the order: the same key may ask again. */
const UNKNOWN: readonly string[] = ["UNAVAILABLE", "DEADLINE_EXCEEDED", "CANCELLED"];
const CALL_TIMEOUT_MS = 5_000;
const FIRST_RETRY_MS = 20;
const MAX_RETRY_MS = 500;

export interface BuyDeps {
  /** The store as it is reached now: another after a crash. */
  readonly store: () => Store;
  readonly now: () => number;
  readonly delay: (ms: number) => Promise<void>;
  readonly signal: AbortSignal;
}

/** Places an order, under one key, until it is known what became of it. */
export async function buy(request: PlaceOrderRequest, deps: BuyDeps): Promise<Bought> {
  const startMs = deps.now();
  for (let retries = 0; ; retries++) {
    deps.signal.throwIfAborted();
    try {
      const { order } = await deps.store().placeOrder(request, { timeoutMs: CALL_TIMEOUT_MS });
      const { orderId = 0n, totalCents = 0n } = order ?? {};
      const outcome = { kind: "placed", orderId, totalCents } as const;
      return { request, startMs, endMs: deps.now(), retries, outcome };
    } catch (error) {
      const outcome = refusalOf(error);
      if (outcome) return { request, startMs, endMs: deps.now(), retries, outcome };
      await deps.delay(Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** retries));
    }
  }
}

/** The refusal that the error is; undefined: ask again. Throws what nobody expects. */
function refusalOf(error: unknown): Outcome | undefined {
  if (!(error instanceof DomainError)) throw error;
  if (error.reason === "OUT_OF_STOCK") {
    const { book_id: bookId = "0", available } = error.metadata;
    return { kind: "refused", bookId: BigInt(bookId), available: Number(available) };
  }
  if (UNKNOWN.includes(error.code) || error.reason === "QUEUE_FULL") return undefined;
  throw error;
}
