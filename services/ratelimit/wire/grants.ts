import type { LeaseGrant } from "#gen/ratelimit/v1/ratelimit.ts";
import type { Grant } from "../domain/local/lease-holder.ts";
import { amountOf, countsOf, ratesOf } from "./amounts.ts";

export function grantOf(message: LeaseGrant): Grant {
  const { path, granted, burst, tokens, safe, leaseMs, refreshMs, learning, fresh } = message;
  if (learning) return { kind: "learning", retryMs: Number(refreshMs) };
  if (path === "") return { kind: "no-limit" };
  return {
    kind: "leased",
    lease: {
      path,
      granted: ratesOf(granted),
      burst: ratesOf(burst),
      tokens: countsOf(tokens),
      isFresh: fresh,
      safe: ratesOf(safe),
      lengthMs: Number(leaseMs),
      refreshMs: Number(refreshMs),
    },
  };
}

export function grantMessageOf(grant: Grant): LeaseGrant {
  const lease = grant.kind === "leased" ? grant.lease : undefined;
  return {
    path: lease?.path ?? "",
    granted: lease && amountOf(lease.granted),
    burst: lease && amountOf(lease.burst),
    tokens: lease && amountOf(lease.tokens),
    fresh: lease?.isFresh ?? false,
    safe: lease && amountOf(lease.safe),
    leaseMs: BigInt(lease?.lengthMs ?? 0),
    refreshMs: BigInt(
      Math.ceil(lease?.refreshMs ?? (grant.kind === "learning" ? grant.retryMs : 0)),
    ),
    learning: grant.kind === "learning",
  };
}
