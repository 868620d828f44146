import { jwtVerify, SignJWT } from "jose";
import type { Clock } from "../../platform/clock/clock.ts";
import { unauthenticated } from "../../platform/grpc/errors/errors.ts";
import type { Caller } from "./token-verifier.ts";

/** Tokens that open live streams and nothing else, for a short time. */
export interface StreamTokens {
  issue(caller: Caller): Promise<{ readonly token: string; readonly expiresMs: number }>;
  /** UNAUTHENTICATED with the reason when it is not good. */
  verify(token: string): Promise<Caller>;
}

const LIFE_MS = 60_000;
const AUDIENCE = "tidings-stream";
const ALGORITHM = "HS256";

/**
 * Signed with a key of the gateways alone: they issue and verify them themselves. The end of the caller's own
 * token travels along, and ends the stream.
 */
export function createStreamTokens(key: Uint8Array, clock: Clock): StreamTokens {
  return {
    issue: async ({ userId, expiresMs: callerExpiresMs }) => {
      const expiresMs = Math.min(clock.nowMs() + LIFE_MS, callerExpiresMs);
      const token = await new SignJWT({ until: callerExpiresMs })
        .setProtectedHeader({ alg: ALGORITHM })
        .setAudience(AUDIENCE)
        .setSubject(String(userId))
        .setExpirationTime(new Date(expiresMs))
        .sign(key);
      return { token, expiresMs };
    },
    verify: async (token) => {
      const verified = await jwtVerify<{ until: number }>(token, key, {
        algorithms: [ALGORITHM],
        audience: AUDIENCE,
        currentDate: new Date(clock.nowMs()),
      }).catch((cause: unknown) => {
        throw unauthenticated(
          "the stream_token is not valid, or older than a minute: get one with POST /v1/stream-tokens",
          cause,
        );
      });
      const { sub = "", until } = verified.payload;
      return { userId: BigInt(sub), expiresMs: until };
    },
  };
}
