import type { Amount } from "#gen/ratelimit/v1/ratelimit.ts";
import { type Amounts, mapAmounts } from "../domain/amounts.ts";

/** An absent field is no limit; so is what Infinity becomes. */
export function amountOf(amounts: Amounts): Amount {
  return { ops: fieldOf(amounts.ops), bytes: fieldOf(amounts.bytes) };
}

/** As counts of a node that can be limited in one resource only: absent is nothing. */
export function countsOf(amount: Amount | undefined): Amounts {
  return mapAmounts((r) => numberOf(amount?.[r]) ?? 0);
}

/** As rates: absent is no limit. */
export function ratesOf(amount: Amount | undefined): Amounts {
  return mapAmounts((r) => numberOf(amount?.[r]) ?? Infinity);
}

function fieldOf(value: number): bigint | undefined {
  return value === Infinity ? undefined : BigInt(value);
}

function numberOf(value: bigint | undefined): number | undefined {
  return value === undefined ? undefined : Number(value);
}
