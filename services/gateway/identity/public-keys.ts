import { createPublicKey, type KeyObject } from "node:crypto";
import {
  createLocalJWKSet,
  type JSONWebKeySet,
  type JWK,
  type JWTHeaderParameters,
  type JWTVerifyGetKey,
} from "jose";

/** The only signatures taken. Symmetric ones would let a verifier issue tokens. */
export const ALGORITHMS = ["EdDSA", "ES256"];

const KINDS = "an Ed25519 (EdDSA) or P-256 (ES256) public key";

/** Finds the key for a token among those of `source`: a PEM public key, or a JSON Web Key Set. */
export function readPublicKeys(source: string): JWTVerifyGetKey {
  return source.trimStart().startsWith("{") ? fromKeySet(source) : oneKey(fromPem(source));
}

/** One key verifies every token, whatever key id the token names. */
export function oneKey(key: KeyObject): JWTVerifyGetKey {
  return (_header: JWTHeaderParameters) => key;
}

function fromPem(pem: string): KeyObject {
  if (pem.includes("PRIVATE KEY")) {
    throw new Error("holds a private key; the gateway needs the public half only");
  }
  const key = parsePem(pem);
  const { namedCurve } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === "ed25519" || namedCurve === "prime256v1") return key;
  throw new Error(`holds a key of type ${key.asymmetricKeyType}; give ${KINDS}`);
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
  if (key.crv !== "Ed25519" && key.crv !== "P-256") {
    throw new Error(
      `holds a key ${key.kid ?? ""} of type ${key.kty} ${key.crv ?? ""}; give ${KINDS}`,
    );
  }
}

/** Pins the algorithm to the kind of key, whatever the set says. */
function withAlgorithm(key: JWK): JWK {
  return { ...key, alg: key.crv === "Ed25519" ? "EdDSA" : "ES256" };
}
