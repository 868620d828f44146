import { hash } from "node:crypto";
import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from "jose";
import { LRUCache } from "lru-cache";
import { MAX_ID } from "../../model/ids.ts";
import type { Clock } from "../../platform/clock/clock.ts";
import { unauthenticated, unavailable } from "../../platform/grpc/errors/errors.ts";
import { ALGORITHMS, isAboutKeys } from "./public-keys.ts";

/** Who is asking. */
export interface Caller {
  readonly userId: bigint;
  /** When the token ends, Unix ms. */
  readonly expiresMs: number;
}

export interface VerifierOptions {
  readonly keys: JWTVerifyGetKey;
  readonly issuer: string;
  readonly audience: string;
  /** The claim that holds the numeric id of the user. */
  readonly userClaim: string;
  /** How long a token may be good, from when it was issued, or from now where it does not say. */
  readonly maxLifeMs: number;
  readonly clock: Clock;
  /** Verified tokens remembered at most. */
  readonly maxCachedTokens: number;
}

export interface TokenVerifier {
  /** The caller of a token that was verified before and has not expired; no signature is checked. */
  remembered(token: string): Caller | undefined;
  /** The caller, once the token is verified. UNAUTHENTICATED with the reason when it is not good. */
  verify(token: string): Promise<Caller>;
}

/** Between the issuer's clock and ours. */
const CLOCK_TOLERANCE_MS = 5_000;
const MAX_TOKEN_CHARACTERS = 4_096;
const USER_ID = /^[1-9][0-9]{0,18}$/;

/**
 * Verifies a signature once per token, not once per request. Remembered under the hash of the whole
 * token: a key without the payload would let a signature vouch for other claims, and the hash keeps
 * bearer tokens out of memory dumps.
 */
export function createTokenVerifier(options: VerifierOptions): TokenVerifier {
  const { clock } = options;
  const callers = new LRUCache<string, Caller>({ max: options.maxCachedTokens });
  /** An app sends its first requests all at once: their token is verified once for all of them. */
  const verifying = new Map<string, Promise<Caller>>();
  const verifyNew = async (token: string, key: string) => {
    try {
      const payload = await verifiedPayload(token, options);
      checkLife(payload, options);
      const caller = callerOf(payload, options.userClaim);
      callers.set(key, caller);
      return caller;
    } finally {
      verifying.delete(key);
    }
  };
  return {
    remembered(token) {
      const caller = callers.get(keyOf(token));
      return caller !== undefined && caller.expiresMs > clock.nowMs() ? caller : undefined;
    },
    async verify(token) {
      if (token.length > MAX_TOKEN_CHARACTERS) {
        throw unauthenticated(`the token is longer than ${MAX_TOKEN_CHARACTERS} characters`);
      }
      const key = keyOf(token);
      return verifying.getOrInsertComputed(key, () => verifyNew(token, key));
    },
  };
}

function keyOf(token: string): string {
  return hash("sha256", token, "base64");
}

async function verifiedPayload(token: string, options: VerifierOptions): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, options.keys, {
      algorithms: ALGORITHMS,
      issuer: options.issuer,
      audience: options.audience,
      requiredClaims: ["exp", options.userClaim],
      clockTolerance: CLOCK_TOLERANCE_MS / 1_000,
      currentDate: new Date(options.clock.nowMs()),
    });
    return payload;
  } catch (error) {
    if (isAboutKeys(error))
      throw unavailable("the issuer's keys can't be had now", { cause: error });
    throw unauthenticated(explain(error, options), error);
  }
}

/** One that is stolen, or that an issuer made by mistake, is not good for ever. */
function checkLife({ iat, exp }: JWTPayload, { maxLifeMs, clock }: VerifierOptions): void {
  const nowMs = clock.nowMs();
  const issuedMs = Math.min(nowMs, (iat ?? Infinity) * 1_000);
  const lifeMs = (exp as number) * 1_000 - issuedMs;
  if (lifeMs <= maxLifeMs + CLOCK_TOLERANCE_MS) return;
  throw unauthenticated(
    `the token is good for ${lifeMs / 1_000} s, longer than the ${maxLifeMs / 1_000} s that one may be ` +
      "(TIDINGS_JWT_MAX_LIFE): get one that ends sooner",
  );
}

function callerOf(payload: JWTPayload, userClaim: string): Caller {
  const claim = payload[userClaim];
  // A number only while it is exact.
  const subject = Number.isSafeInteger(claim) || typeof claim === "string" ? `${claim}` : "";
  if (!USER_ID.test(subject) || BigInt(subject) > MAX_ID) {
    throw unauthenticated(
      `the token's ${userClaim} must be a user id: a decimal number from 1 to 2^63-1`,
    );
  }
  return {
    userId: BigInt(subject),
    expiresMs: (payload.exp as number) * 1_000 + CLOCK_TOLERANCE_MS,
  };
}

function explain(error: unknown, { issuer, audience }: VerifierOptions): string {
  if (error instanceof errors.JWTExpired) {
    const ended = new Date((error.payload.exp as number) * 1_000).toISOString();
    return `the token expired at ${ended}; get a new one`;
  }
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === "iss") return `the token's iss must be "${issuer}"`;
    if (error.claim === "aud") return `the token's aud must be "${audience}"`;
    if (error.claim === "nbf") return "the token is not valid yet (nbf)";
    return `the token's ${error.claim} is missing or not as it must be`;
  }
  if (error instanceof errors.JOSEAlgNotAllowed) {
    return `the token's alg must be ${ALGORITHMS.join(" or ")}`;
  }
  if (error instanceof errors.JWKSNoMatchingKey) return "the token is signed with an unknown key";
  if (error instanceof errors.JWSSignatureVerificationFailed) {
    return "the token's signature does not match";
  }
  return "the token is no signed JWT";
}
