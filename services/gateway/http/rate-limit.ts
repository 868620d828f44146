import fastifyRateLimit, {
  type errorResponseBuilderContext,
  type RateLimitOptions,
} from "@fastify/rate-limit";
import { resourceExhausted } from "../../platform/grpc/errors/errors.ts";
import type { App } from "./types.ts";

export interface RateLimit {
  /** Requests of one user in each window. */
  readonly maxRequests: number;
  readonly windowMs: number;
  /** Users counted at most; the longest idle is forgotten first. */
  readonly maxUsers: number;
}

/**
 * Bounds the requests of each user, counted by this process alone: with several gateways a user gets
 * several times as much, which protects each of them all the same. After authentication.
 */
export async function limitRate(app: App, { maxRequests, windowMs, maxUsers }: RateLimit) {
  await app.register(fastifyRateLimit, {
    max: maxRequests,
    timeWindow: windowMs,
    cache: maxUsers,
    keyGenerator: (request) => String(request.caller.userId),
    errorResponseBuilder: (_request, context) => tooMany("requests", context, windowMs),
    // Three more headers on every answer say what most callers never read.
    addHeadersOnExceeding: {
      "x-ratelimit-limit": false,
      "x-ratelimit-remaining": false,
      "x-ratelimit-reset": false,
    },
  });
}

/**
 * The limit of a route that opens streams, counted apart from the requests: each opening costs a page
 * and a call that stays, so whoever opens and closes without end is slowed long before others feel it.
 */
export function streamOpenings(max: number, windowMs: number): RateLimitOptions {
  return {
    max,
    timeWindow: windowMs,
    errorResponseBuilder: (_request, context) => tooMany("streams opened", context, windowMs),
  };
}

function tooMany(what: string, { max, ttl }: errorResponseBuilderContext, windowMs: number) {
  const waitSeconds = Math.ceil(ttl / 1_000);
  return resourceExhausted(
    `more than ${max} ${what} in ${windowMs / 1_000} s; wait ${waitSeconds} s`,
    ttl,
  );
}
