import { sign } from "node:crypto";
import { LRUCache } from "lru-cache";
import { identityVariables } from "../../../services/gateway/config.ts";
import { loadOrCreateDevelopmentKey } from "../../../services/gateway/identity/development-key.ts";
import { readConfig } from "../../../services/platform/config/config.ts";
import type { Environment } from "../../../services/platform/config/variable.ts";

/** A signed token of each person. */
export type Tokens = (person: number) => string;

/** Some 300 bytes each. */
const MAX_TOKENS = 200_000;
const LIFE_SECONDS = 30 * 86_400;
const HEADER = encoded({ alg: "EdDSA", typ: "JWT" });

/**
 * Tokens for a gateway with the same environment, signed with its key for development when they are first
 * asked for (some 50 us) and then remembered: a gateway, too, verifies a token once.
 */
export async function createTokens(env: Environment, nowMs: number): Promise<Tokens> {
  const { issuer, audience, dataDir } = readConfig(identityVariables, env);
  const key = await loadOrCreateDevelopmentKey(dataDir);
  const known = new LRUCache<number, string>({ max: MAX_TOKENS });
  const iat = Math.floor(nowMs / 1_000);
  const claims = { iss: issuer, aud: audience, iat, exp: iat + LIFE_SECONDS };
  return (person) => {
    const remembered = known.get(person);
    if (remembered !== undefined) return remembered;
    const text = `${HEADER}.${encoded({ sub: String(person), ...claims })}`;
    const token = `${text}.${sign(null, Buffer.from(text), key).toString("base64url")}`;
    known.set(person, token);
    return token;
  };
}

function encoded(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString("base64url");
}
