import { Amount, KeptBoot, Limit as LimitMessage } from "#gen/ratelimit/v1/ratelimit.ts";
import type { Amounts } from "../domain/amounts.ts";
import type { StoredBoot } from "../domain/boot.ts";
import type { Limit } from "../domain/limits/limit-book.ts";
import { amountOf, countsOf, ratesOf } from "./amounts.ts";
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

/** Boots are stored as encoded tidings.ratelimit.v1.KeptBoot. */
export function encodeBoot({ bootId, left, order }: StoredBoot): Buffer {
  return Buffer.from(KeptBoot.encode({ bootId, left: amountOf(left), order }).finish());
}

export function decodeBoot(path: string, bytes: Uint8Array): StoredBoot {
  const { bootId, left, order } = KeptBoot.decode(bytes);
  return { path, bootId, left: countsOf(left), order };
}
