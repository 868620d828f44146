import type { LeaseAsk, RateLimitServiceService } from "#gen/ratelimit/v1/ratelimit.ts";
import type { Handler } from "../../platform/grpc/call.ts";
import { invalidArgument } from "../../platform/grpc/errors/errors.ts";
import { type Amounts, MAX_RATE, mapAmounts } from "../domain/amounts.ts";
import type { Ask } from "../domain/leases/lease.ts";
import { MAX_ASKS } from "../domain/local/lease-holder.ts";
import type { Seated } from "../domain/seated.ts";
import { countsOf, ratesOf } from "../wire/amounts.ts";
import { grantMessageOf } from "../wire/grants.ts";
import { limitMessageOf } from "../wire/limit-message.ts";
import { count, holderName, nodePath, tokens } from "./arguments.ts";

/** Leases for a holder, and the limits when it knows others. */
export function lease(seated: Seated): Handler<(typeof RateLimitServiceService)["lease"]> {
  return async ({ holder, asks, knownRevision }) => {
    const name = holderName(holder);
    count("asks", asks.length, 1, MAX_ASKS);
    const checked = asks.map(askOf);
    return await seated.use(async (now) => {
      const grants = await now.lease(name, checked);
      const { revision } = now.book;
      const limits = revision === knownRevision ? [] : now.book.all().map(limitMessageOf);
      return { grants: grants.map(grantMessageOf), revision, limits };
    });
  };
}

/** A holder without a lease has nothing; in a lease an absent field is no limit. */
function askOf({ path, wants, has, safe, ageMs, returned }: LeaseAsk, i: number): Ask {
  const field = `asks[${i}]`;
  if (ageMs < 0n) throw invalidArgument(`${field}.age_ms`, `is ${ageMs}`, "send 0 or more");
  return {
    path: nodePath(`${field}.path`, path),
    wants: rate(`${field}.wants`, countsOf(wants)),
    ageMs: has && Number(ageMs),
    has: has ? rate(`${field}.has`, ratesOf(has)) : { ops: 0, bytes: 0 },
    ...(safe && { safe: rate(`${field}.safe`, ratesOf(safe)) }),
    returned: tokens(`${field}.returned`, returned),
  };
}

function rate(field: string, amounts: Amounts): Amounts {
  return mapAmounts((r) => {
    const value = amounts[r];
    if (value === Infinity || (value >= 0 && value <= MAX_RATE[r])) return value;
    throw invalidArgument(`${field}.${r}`, `is ${value}`, `send 0 to ${MAX_RATE[r]}`);
  });
}
