import { generateKeyPairSync, randomUUID, type webcrypto } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { replace } from "./replace.ts";

interface Jwk extends webcrypto.JsonWebKey {
  readonly kid: string;
}

/** The texts of the key files. */
export interface UserKeyTexts {
  /** A JSON Web Key Set. */
  readonly verifying: string;
  /** A JSON Web Key with its private part. */
  readonly signing: string;
}

/** Public and private keys: who signed last time, who signs now, who will next time. */
const FILE = "user_keys_all.json";
const KEPT = 3;

/**
 * The keys of tokens for users, moved on by one: the key that signs now was published the last time, so that
 * whoever has not looked at its files yet knows it all the same; the one before stays known.
 */
export async function nextUserKeys(folder: string): Promise<UserKeyTexts> {
  const file = join(folder, FILE);
  const before: readonly Jwk[] = JSON.parse(await readFile(file, "utf8").catch(() => "[]"));
  const last = before.length > 0 ? before : [createKey()];
  const keys = [...last, createKey()].slice(-KEPT);
  await replace(file, JSON.stringify(keys));
  return {
    verifying: JSON.stringify({ keys: keys.map(publicPart) }),
    signing: JSON.stringify(keys[keys.length - 2]),
  };
}

function createKey(): Jwk {
  const { privateKey } = generateKeyPairSync("ed25519");
  return { ...privateKey.export({ format: "jwk" }), kid: randomUUID() };
}

function publicPart({ d: _, ...jwk }: Jwk) {
  return jwk;
}
