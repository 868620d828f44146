import { createPublicKey, type KeyObject } from "node:crypto";
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  type JSONWebKeySet,
  type JWK,
  type JWTHeaderParameters,
  type JWTVerifyGetKey,
} from "jose";
import type { Clock } from "../../platform/clock/clock.ts";

/** The only signatures taken. Symmetric ones would let a verifier issue tokens. */
export const ALGORITHMS = ["EdDSA", "ES256", "RS256"];

const MIN_RSA_BITS = 2_048;
const KINDS = `an Ed25519 (EdDSA), P-256 (ES256) or RSA (RS256, ${MIN_RSA_BITS} bits or more) public key`;
/** Of a key set at an address: how long it is good, and how soon it is asked for again. */
const KEY_SET_MAX_AGE_MS = 10 * 60_000;
const KEY_SET_COOLDOWN_MS = 30_000;
const KEY_SET_TIMEOUT_MS = 3_000;
/** After it could not be had: nobody's tokens, right or wrong, make more requests of it. */
const KEY_SET_PAUSE_MS = 1_000;

/**
 * The keys of an issuer at its JWKS address (RFC 7517; OpenID Connect's jwks_uri), fetched when a token
 * names a key that is not known, at most every 30 s, and again after ten minutes; every second while they can't be had.
 */
export function remoteKeys(address: string, clock: Clock): JWTVerifyGetKey {
  const keys = createRemoteJWKSet(new URL(address), {
    cacheMaxAge: KEY_SET_MAX_AGE_MS,
    cooldownDuration: KEY_SET_COOLDOWN_MS,
    timeoutDuration: KEY_SET_TIMEOUT_MS,
  });
  let failed: { readonly error: unknown; readonly untilMs: number } | undefined;
  return async (...asked) => {
    if (failed && clock.monotonicMs() < failed.untilMs) throw failed.error;
    try {
      return await keys(...asked);
    } catch (error) {
      if (isAboutKeys(error)) failed = { error, untilMs: clock.monotonicMs() + KEY_SET_PAUSE_MS };
      throw error;
    }
  };
}

/** Whether the keys could not be fetched, which says nothing of the token. */
export function isAboutKeys(error: unknown): boolean {
  if (error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid) return true;
  if (error instanceof errors.JOSEError) return error.code === "ERR_JOSE_GENERIC";
  return error instanceof TypeError && error.message === "fetch failed";
}

/** Finds the key for a token among those of `source`: a PEM public key, or a JSON Web Key Set. */
export function readPublicKeys(source: string): JWTVerifyGetKey {
  return source.trimStart().startsWith("{") ? fromKeySet(source) : oneKey(fromPem(source));
}

/** One key verifies every token, whatever key id the token names, by the key's own algorithm. */
export function oneKey(key: KeyObject): JWTVerifyGetKey {
  const algorithm = algorithmOf(key);
  return ({ alg }: JWTHeaderParameters) => {
    if (alg === algorithm) return key;
    throw new errors.JOSEAlgNotAllowed(`the key is for ${algorithm}`);
  };
}

function algorithmOf({ asymmetricKeyType }: KeyObject): string {
  if (asymmetricKeyType === "ed25519") return "EdDSA";
  return asymmetricKeyType === "rsa" ? "RS256" : "ES256";
}

function fromPem(pem: string): KeyObject {
  if (pem.includes("PRIVATE KEY")) {
    throw new Error("holds a private key; the gateway needs the public half only");
  }
  const key = parsePem(pem);
  const { namedCurve } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === "ed25519" || namedCurve === "prime256v1") return key;
  if (key.asymmetricKeyType === "rsa" && bitsOf(key) >= MIN_RSA_BITS) return key;
  throw new Error(`holds a key of type ${key.asymmetricKeyType}; give ${KINDS}`);
}

function bitsOf(key: KeyObject): number {
  return key.asymmetricKeyDetails?.modulusLength ?? 0;
}

function parsePem(pem: string): KeyObject {
  try {
    return createPublicKey(pem);
  } catch (error) {
    throw new Error(`holds neither a PEM public key nor a JSON Web Key Set; give ${KINDS}`, {
      cause: error,
    });
  }
}

function fromKeySet(json: string): JWTVerifyGetKey {
  const { keys } = JSON.parse(json) as JSONWebKeySet;
  if (!Array.isArray(keys) || keys.length === 0) {
    throw new Error(`holds no keys; give a JSON Web Key Set with ${KINDS}`);
  }
  for (const key of keys) checkKey(key);
  return createLocalJWKSet({ keys: keys.map(withAlgorithm) });
}

function checkKey(key: JWK): void {
  if (key.d !== undefined) throw new Error("holds a private key; remove the member d");
  const isLongRsa =
    key.kty === "RSA" && bitsOf(createPublicKey({ key, format: "jwk" })) >= MIN_RSA_BITS;
  if (key.crv !== "Ed25519" && key.crv !== "P-256" && !isLongRsa) {
    throw new Error(
      `holds a key ${key.kid ?? ""} of type ${key.kty} ${key.crv ?? ""}; give ${KINDS}`,
    );
  }
}

/** Pins the algorithm to the kind of key, whatever the set says. */
function withAlgorithm(key: JWK): JWK {
  if (key.kty === "RSA") return { ...key, alg: "RS256" };
  return { ...key, alg: key.crv === "Ed25519" ? "EdDSA" : "ES256" };
}
