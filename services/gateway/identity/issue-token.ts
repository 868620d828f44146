import type { KeyObject } from "node:crypto";
import { SignJWT } from "jose";

export interface TokenClaims {
  readonly userId: bigint;
  readonly issuer: string;
  readonly audience: string;
  /** Unix ms. */
  readonly nowMs: number;
  readonly lifeMs: number;
}

/** A signed token (JWT, EdDSA) that says its bearer is this user. `privateKey` is an Ed25519 key. */
export function issueToken(privateKey: KeyObject, claims: TokenClaims): Promise<string> {
  return new SignJWT()
    .setProtectedHeader({ alg: "EdDSA", typ: "JWT" })
    .setSubject(String(claims.userId))
    .setIssuer(claims.issuer)
    .setAudience(claims.audience)
    .setIssuedAt(Math.floor(claims.nowMs / 1_000))
    .setExpirationTime(Math.floor((claims.nowMs + claims.lifeMs) / 1_000))
    .sign(privateKey);
}
