import {
  createHmac,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type SigningKey, signingKeyOf, USER_KEY_FILES } from "../users/user-keys.ts";
import { signUserToken } from "../users/user-token.ts";

const MINUTE_MS = 60_000;

/** What a thief would like to have, and what is published. */
export interface GatewaysKeys extends SigningKey {
  readonly publicPem: string;
}

/** Of a folder of certificates. */
export async function gatewaysKeys(certsDir: string): Promise<GatewaysKeys> {
  const signing = signingKeyOf(
    await readFile(join(certsDir, "gateway", USER_KEY_FILES.signing), "utf8"),
  );
  if (!signing) throw new Error(`${certsDir} has no key that signs for users`);
  const publicPem = createPublicKey(signing.key).export({ format: "pem", type: "spki" });
  return { ...signing, publicPem: String(publicPem) };
}

type Forge = (keys: GatewaysKeys, user: bigint) => string;

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
const payload = (user: bigint, more: object = {}) =>
  part({
    aud: "tidings-mesh",
    sub: `${user}`,
    exp: Math.floor((Date.now() + 2 * MINUTE_MS) / 1_000),
    ...more,
  });
const signedBy = (key: KeyObject, header: object, body: string) => {
  const signed = `${part(header)}.${body}`;
  return `${signed}.${sign(null, Buffer.from(signed), key).toString("base64url")}`;
};
const good = ({ key, keyId }: SigningKey, user: bigint, lifeMs = 2 * MINUTE_MS) =>
  signUserToken({ userId: user, expiresMs: Date.now() + lifeMs }, key, keyId);
const issued =
  (more: object): Forge =>
  ({ key, keyId }, user) =>
    signedBy(key, { alg: "EdDSA", kid: keyId }, payload(user, more));
const stranger = generateKeyPairSync("ed25519").privateKey;

/** Tokens for a user that nobody may believe, by what is wrong with them. */
export const FORGED: Readonly<Record<string, Forge>> = {
  "no token": () => "forged.by.me",
  "alg none": ({ keyId }, user) => `${part({ alg: "none", kid: keyId })}.${payload(user)}.AA`,
  "a MAC by the public key": ({ keyId, publicPem }, user) => {
    const signed = `${part({ alg: "HS256", kid: keyId })}.${payload(user)}`;
    return `${signed}.${createHmac("sha256", publicPem).update(signed).digest("base64url")}`;
  },
  "another key": ({ keyId }, user) => good({ key: stranger, keyId }, user),
  "another key that it brings along": ({ keyId }, user) => {
    const jwk = createPublicKey(stranger).export({ format: "jwk" });
    return signedBy(stranger, { alg: "EdDSA", kid: keyId, jwk }, payload(user));
  },
  "a kid that is a path": ({ key }, user) => good({ key, keyId: "../gateway/user_key.json" }, user),
  "a kid of every object": ({ key }, user) => good({ key, keyId: "__proto__" }, user),
  "an end that has passed": (keys, user) => good(keys, user, -MINUTE_MS - 1_000),
  "an end far away": (keys, user) => good(keys, user, 86_400_000),
  "no end": issued({ exp: undefined }),
  "an end in words": issued({ exp: "2999-01-01" }),
  "the audience of apps": issued({ aud: "tidings-api" }),
  "several audiences": issued({ aud: ["tidings-mesh"] }),
  "a user in a list": (keys, user) => issued({ sub: [`${user}`] })(keys, user),
  "a user with a zero before": (keys, user) => issued({ sub: `0${user}` })(keys, user),
  "the signature of another's": (keys, user) => {
    const [head, , signature] = good(keys, user + 1n).split(".");
    return `${head}.${payload(user)}.${signature}`;
  },
  "two of them": (keys, user) => `${good(keys, user + 1n)}, ${good(keys, user)}`,
};
