import fastifyRateLimit, {
  type errorResponseBuilderContext,
  type RateLimitOptions,
} from "@fastify/rate-limit";
import type { FastifyRequest } from "fastify";
import { resourceExhausted } from "../../../platform/grpc/errors/errors.ts";
import type { SharedRequestRate } from "../../ports.ts";
import type { App } from "../types.ts";

export interface RateLimit {
  /** Requests of one user in each window. */
  readonly maxRequests: number;
  readonly windowMs: number;
  /** Users counted at most; the longest idle is forgotten first. */
  readonly maxUsers: number;
  /** Decides as long as it can, in place of the count here. */
  readonly shared?: SharedRequestRate | undefined;
}

/**
 * Bounds the requests of each user, counted by this process alone: with several gateways a user gets
 * several times as much, which protects each of them all the same; or by all of them, where a rate is
 * shared. After authentication.
 */
export async function limitRate(app: App, limit: RateLimit) {
  const { maxRequests, windowMs, maxUsers, shared } = limit;
  const allowed = new WeakSet<FastifyRequest>();
  app.addHook("onRequest", async (request) => {
    const decision = shared?.take(request.caller.userId);
    if (decision === "allowed") allowed.add(request);
    else if (decision !== undefined) {
      const seconds = Math.ceil(decision / 1_000);
      throw resourceExhausted(`more requests than the limit allows; wait ${seconds} s`, decision);
    }
  });
  await app.register(fastifyRateLimit, {
    max: maxRequests,
    timeWindow: windowMs,
    cache: maxUsers,
    allowList: (request) => allowed.has(request),
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
    // A shared rate of requests says nothing of these.
    allowList: () => false,
    errorResponseBuilder: (_request, context) => tooMany("streams opened", context, windowMs),
  };
}

/** Says so, and until when. */
export function tooMany(what: string, { max, ttl }: errorResponseBuilderContext, windowMs: number) {
  const waitSeconds = Math.ceil(ttl / 1_000);
  return resourceExhausted(
    `more than ${max} ${what} in ${windowMs / 1_000} s; wait ${waitSeconds} s`,
    ttl,
  );
}
