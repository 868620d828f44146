import { type KeyObject, sign, verify } from "node:crypto";
import type { Parsed } from "../../../config/variable.ts";
import { CLOCK_SKEW_MS } from "../clock-skew.ts";

/** What a token says: for whom a call is made, and until when that holds. */
export interface UserClaim {
  readonly userId: bigint;
  /** ms since the Unix epoch. */
  readonly expiresMs: number;
}

/** Keys by their id (kid). */
export type VerifyingKeys = ReadonlyMap<string, KeyObject>;

/** How long a token is good, ms: as long as any request, and the opening of a stream. */
export const USER_TOKEN_LIFE_MS = 5 * 60_000;
const LIFE_MINUTES = USER_TOKEN_LIFE_MS / 60_000;

const AUDIENCE = "tidings-mesh";
const MAX_TOKEN_LENGTH = 1_024;
const USER_ID = /^[1-9]\d{0,18}$/;

/** A JWT (RFC 7519) by Ed25519 (RFC 8037): for this mesh only, and good until it expires. */
export function signUserToken(claim: UserClaim, key: KeyObject, keyId: string): string {
  const header = encode({ alg: "EdDSA", typ: "JWT", kid: keyId });
  const { userId, expiresMs } = claim;
  const payload = encode({ aud: AUDIENCE, sub: `${userId}`, exp: Math.floor(expiresMs / 1_000) });
  const signed = `${header}.${payload}`;
  return `${signed}.${sign(null, Buffer.from(signed), key).toString("base64url")}`;
}

/** What a token says, if a key of these has signed it, and it has not expired and does so in time. */
export function readUserToken(
  token: string,
  keys: VerifyingKeys,
  nowMs: number,
): Parsed<UserClaim> {
  const [header, payload, signature, ...more] = token.split(".");
  if (token.length > MAX_TOKEN_LENGTH || !header || !payload || !signature || more.length > 0) {
    return { problem: "it is no token" };
  }
  const { alg, kid } = decode(header);
  if (alg !== "EdDSA") return { problem: "it is not signed by EdDSA" };
  const key = typeof kid === "string" ? keys.get(kid) : undefined;
  if (!key) return { problem: "no known key has signed it" };
  const signed = Buffer.from(`${header}.${payload}`);
  if (!verify(null, signed, key, Buffer.from(signature, "base64url"))) {
    return { problem: "its signature is wrong" };
  }
  const { aud, sub, exp } = decode(payload);
  if (aud !== AUDIENCE) return { problem: "it is for somebody else" };
  if (typeof sub !== "string" || !USER_ID.test(sub)) return { problem: "it names no user" };
  if (typeof exp !== "number") return { problem: "it does not say until when" };
  const expiresMs = exp * 1_000;
  if (nowMs >= expiresMs + CLOCK_SKEW_MS) return { problem: "it has expired" };
  // Whoever had the key for a moment would else have everybody's calls for ever.
  if (expiresMs > nowMs + USER_TOKEN_LIFE_MS + CLOCK_SKEW_MS) {
    return { problem: `it is good for longer than the ${LIFE_MINUTES} minutes that one may be` };
  }
  return { value: { userId: BigInt(sub), expiresMs } };
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString("base64url");
}

function decode(part: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString());
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
