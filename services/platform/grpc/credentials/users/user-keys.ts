import { createPrivateKey, createPublicKey, type KeyObject, type webcrypto } from "node:crypto";
import type { VerifyingKeys } from "./user-token.ts";

/** Keys of tokens for users, beside a certificate: public ones with everybody, the private one with the gateway. */
export const USER_KEY_FILES = { verifying: "user_keys.json", signing: "user_key.json" } as const;

/** A private key, and the id by which others find its public part. */
export interface SigningKey {
  readonly key: KeyObject;
  readonly keyId: string;
}

interface KeySet {
  readonly keys?: readonly (JsonWebKeyWithId | undefined)[];
}

type JsonWebKeyWithId = webcrypto.JsonWebKey & { readonly kid?: string };

/** A JSON Web Key Set (RFC 7517). Throws when the text is none, or holds other keys than Ed25519. */
export function verifyingKeysOf(text: string): VerifyingKeys {
  if (text === "") return new Map();
  const { keys = [] }: KeySet = JSON.parse(text);
  return new Map(
    keys.map((jwk) => {
      if (!jwk?.kid || jwk.crv !== "Ed25519") throw new Error("not a set of Ed25519 keys with ids");
      return [jwk.kid, createPublicKey({ key: jwk, format: "jwk" })];
    }),
  );
}

/** One JSON Web Key with its private part; undefined: this process signs nothing. */
export function signingKeyOf(text: string): SigningKey | undefined {
  if (text === "") return undefined;
  const jwk: JsonWebKeyWithId = JSON.parse(text);
  if (!jwk.kid || jwk.crv !== "Ed25519") throw new Error("not an Ed25519 key with an id");
  return { key: createPrivateKey({ key: jwk, format: "jwk" }), keyId: jwk.kid };
}
