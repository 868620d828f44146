import type {
  RateLimitDescriptor,
  RateLimitDescriptor_RateLimitOverride,
} from "#envoy/extensions/common/ratelimit/v3/ratelimit.ts";
import { RateLimitResponse_RateLimit_Unit as Unit } from "#envoy/service/ratelimit/v3/rls.ts";
import { invalidArgument } from "../../../platform/grpc/errors/errors.ts";
import { MAX_BURST, MAX_RATE, OPS_RATE_SECONDS } from "../../domain/amounts.ts";
import { MAX_DEPTH } from "../../domain/limits/path.ts";

const DAY_SECONDS = 86_400;
const MAX_UINT32 = 2 ** 32 - 1;
/** Of an Envoy's unit; a month is 30 days and a year 365. */
const UNIT_SECONDS: Readonly<Record<number, number>> = {
  [Unit.SECOND]: 1,
  [Unit.MINUTE]: 60,
  [Unit.HOUR]: 3_600,
  [Unit.DAY]: DAY_SECONDS,
  [Unit.MONTH]: 30 * DAY_SECONDS,
  [Unit.YEAR]: 365 * DAY_SECONDS,
};

/** Throws INVALID_ARGUMENT for a descriptor that names no node. */
export function checkDescriptor({ entries }: RateLimitDescriptor, field: string): void {
  const max = MAX_DEPTH - 1;
  if (entries.length < 1 || entries.length > max) {
    throw invalidArgument(`${field}.entries`, `has ${entries.length} items`, `send 1 to ${max}`);
  }
  entries.forEach(({ key, value }, i) => {
    if (key !== "" && value !== "") return;
    throw invalidArgument(`${field}.entries[${i}]`, "has an empty key or value", "send both");
  });
}

/**
 * How much a descriptor counts: its own hits, or the request's; 0 asks without counting. More than any burst
 * is one too many, which no node ever allows.
 */
export function hitsOf({ hitsAddend, isNegativeHits }: RateLimitDescriptor, ofRequest: number) {
  if (isNegativeHits) return 0;
  const hits = hitsAddend === undefined ? Math.max(1, ofRequest) : Number(hitsAddend);
  return Math.min(hits, MAX_BURST.ops + 1);
}

/**
 * An override: all of its unit's requests at once, then as many in each unit; 0 refuses all. It is counted in
 * parts of a request, so many that the rate in parts an hour is exact, or less by less than 1%.
 */
export function overrideOf(
  { requestsPerUnit, unit, unitMultiplier }: RateLimitDescriptor_RateLimitOverride,
  field: string,
) {
  const seconds = (UNIT_SECONDS[unit] ?? 0) * Math.max(1, unitMultiplier ?? 1);
  if (seconds === 0)
    throw invalidArgument(`${field}.limit.unit`, "is unknown", "send SECOND to YEAR");
  const burst = Math.min(requestsPerUnit, MAX_BURST.ops);
  const parts = Math.floor(MAX_BURST.ops / Math.max(1, burst));
  const partsAnHour = Math.floor((requestsPerUnit * parts * OPS_RATE_SECONDS) / seconds);
  const least = Math.min(1, requestsPerUnit);
  return {
    opsAnHour: (requestsPerUnit * OPS_RATE_SECONDS) / seconds,
    burst,
    parts,
    partsAnHour: Math.min(Math.max(least, partsAnHour), MAX_RATE.ops),
  };
}

/** A rate an hour in the smallest unit in which it is whole; below a day's, rounded up. */
export function currentLimitOf(name: string, opsAnHour: number) {
  const units = [
    [Unit.SECOND, 1],
    [Unit.MINUTE, 60],
    [Unit.HOUR, OPS_RATE_SECONDS],
    [Unit.DAY, DAY_SECONDS],
  ] as const;
  const [unit, seconds] =
    units.find(([, length]) => (opsAnHour * length) % OPS_RATE_SECONDS === 0) ?? units[3];
  const requestsPerUnit = Math.min(Math.ceil((opsAnHour * seconds) / OPS_RATE_SECONDS), MAX_UINT32);
  return { name, unit, requestsPerUnit };
}

/** A length of time as google.protobuf.Duration. */
export function durationOf(ms: number) {
  return { seconds: BigInt(Math.floor(ms / 1_000)), nanos: Math.round((ms % 1_000) * 1_000_000) };
}
