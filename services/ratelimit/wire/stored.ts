import { Amount, Limit as LimitMessage } from "#gen/ratelimit/v1/ratelimit.ts";
import type { Amounts } from "../domain/amounts.ts";
import type { Limit } from "../domain/limits/limit-book.ts";
import { amountOf, ratesOf } from "./amounts.ts";
import { limitMessageOf, limitOf } from "./limit-message.ts";

/** Limits are stored as encoded tidings.ratelimit.v1.Limit, whose fields all are set. */
export function encodeLimit(limit: Limit): Buffer {
  return Buffer.from(LimitMessage.encode(limitMessageOf(limit)).finish());
}

export function decodeLimit(bytes: Uint8Array): Limit {
  return limitOf(LimitMessage.decode(bytes), "stored limit");
}

/** Safe shares are stored as encoded tidings.ratelimit.v1.Amount. */
export function encodeSafe(safe: Amounts): Buffer {
  return Buffer.from(Amount.encode(amountOf(safe)).finish());
}

export function decodeSafe(bytes: Uint8Array): Amounts {
  return ratesOf(Amount.decode(bytes));
}
