import { createHmac, generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";
import { SignJWT } from "jose";
import { beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../../platform/clock/manual-clock.ts";
import { issueToken, type TokenClaims } from "./issue-token.ts";
import { oneKey, readPublicKeys } from "./public-keys.ts";
import { createTokenVerifier, type TokenVerifier } from "./token-verifier.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const ed25519 = generateKeyPairSync("ed25519");
const p256 = generateKeyPairSync("ec", { namedCurve: "P-256" });
const rsa = generateKeyPairSync("rsa", { modulusLength: 2_048 });
const shortRsa = generateKeyPairSync("rsa", { modulusLength: 1_024 });

let clock: ManualClock;
let verifier: TokenVerifier;
beforeEach(() => {
  clock = new ManualClock();
  verifier = verifierOf(ed25519.publicKey);
});

function verifierOf(key: KeyObject, maxCachedTokens = 100): TokenVerifier {
  return createTokenVerifier({
    keys: oneKey(key),
    issuer: "tidings",
    audience: "tidings-api",
    userClaim: "sub",
    maxLifeMs: DAY_MS,
    clock,
    maxCachedTokens,
  });
}

function token(claims: Partial<TokenClaims> = {}, key = ed25519.privateKey): Promise<string> {
  return issueToken(key, {
    userId: 42n,
    issuer: "tidings",
    audience: "tidings-api",
    nowMs: clock.nowMs(),
    lifeMs: HOUR_MS,
    ...claims,
  });
}

function signed(payload: Record<string, unknown>, alg = "EdDSA", key = ed25519.privateKey) {
  const claims = { iss: "tidings", aud: "tidings-api", sub: "42", ...payload };
  return new SignJWT(claims).setProtectedHeader({ alg }).sign(key);
}

function seconds(fromNow: number): number {
  return Math.floor(clock.nowMs() / 1_000) + fromNow;
}

describe("a token verifier", () => {
  it("knows the caller and when the token ends", async () => {
    const userId = 9_223_372_036_854_775_807n;
    const caller = await verifier.verify(await token({ userId }));
    expect(caller).toEqual({ userId, expiresMs: clock.nowMs() + HOUR_MS + 5_000 });
  });

  it("takes ES256", async () => {
    const es256 = await signed({ exp: seconds(60) }, "ES256", p256.privateKey);
    expect(await verifierOf(p256.publicKey).verify(es256)).toMatchObject({ userId: 42n });
  });

  it.each([
    ["another issuer", () => token({ issuer: "else" }), 'iss must be "tidings"'],
    ["another audience", () => token({ audience: "else" }), 'aud must be "tidings-api"'],
    ["a token of the past", () => token({ lifeMs: -HOUR_MS }), "expired at 2025-12-31T23:00:00"],
    ["another key", () => token({}, generateKeyPairSync("ed25519").privateKey), "signature"],
    ["no exp", () => signed({}), "exp is missing"],
    ["no sub", () => signed({ exp: seconds(60), sub: undefined }), "sub is missing"],
    ["sub 0", () => signed({ exp: seconds(60), sub: "0" }), "sub must be a user id"],
    ["sub 2^63", () => signed({ exp: seconds(60), sub: String(2n ** 63n) }), "sub must be"],
    ["sub 007", () => signed({ exp: seconds(60), sub: "007" }), "sub must be"],
    ["RS256", () => signed({ exp: seconds(60) }, "RS256", rsa.privateKey), "alg must be"],
    [
      "ES256 for an Ed25519 key",
      () => signed({ exp: seconds(60) }, "ES256", p256.privateKey),
      "alg must be",
    ],
    ["a future nbf", () => signed({ exp: seconds(60), nbf: seconds(30) }), "not valid yet"],
    ["no JWT", async () => "abc", "no signed JWT"],
    ["endless text", async () => "a".repeat(5_000), "longer than 4096"],
  ])("rejects %s", async (_case, make, message) => {
    await expect(verifier.verify(await make())).rejects.toMatchObject({
      code: "UNAUTHENTICATED",
      message: expect.stringContaining(message),
    });
  });

  it("rejects a token without a signature, and one signed with the public key as a secret", async () => {
    const [, payload] = (await token()).split(".");
    const none = `${encode({ alg: "none" })}.${payload}.`;
    await expect(verifier.verify(none)).rejects.toThrow("EdDSA or ES256");
    const secret = ed25519.publicKey.export({ type: "spki", format: "pem" });
    const head = `${encode({ alg: "HS256" })}.${payload}`;
    const mac = createHmac("sha256", secret).update(head).digest("base64url");
    await expect(verifier.verify(`${head}.${mac}`)).rejects.toThrow("EdDSA or ES256");
  });

  it.each([
    [
      "it says when it was issued",
      () => token({ nowMs: clock.nowMs() - HOUR_MS, lifeMs: DAY_MS + 60_000 }),
    ],
    ["it does not", () => signed({ exp: seconds(86_460) })],
    [
      "it was issued in the future",
      () => signed({ iat: seconds(86_400), exp: seconds(2 * 86_400) }),
    ],
    ["it never ends", () => signed({ exp: 1e300 })],
  ])("rejects one that is good for longer than one may be, though %s", async (_case, make) => {
    await expect(verifier.verify(await make())).rejects.toMatchObject({
      code: "UNAUTHENTICATED",
      message: expect.stringMatching(/ s, longer than the 86400 s .*TIDINGS_JWT_MAX_LIFE.*sooner/),
    });
    expect(await verifier.verify(await token({ lifeMs: DAY_MS }))).toMatchObject({ userId: 42n });
  });

  it("allows for 5 s between the clocks", async () => {
    const ending = await token({ lifeMs: 1_000 });
    await clock.advance(5_000);
    await expect(verifier.verify(ending)).resolves.toMatchObject({ userId: 42n });
    await clock.advance(2_000);
    await expect(verifier.verify(ending)).rejects.toThrow("expired");
  });
});

describe("what a token verifier remembers", () => {
  it("is the caller of a verified token, until it expires", async () => {
    const good = await token();
    expect(verifier.remembered(good)).toBeUndefined();
    await verifier.verify(good);
    expect(verifier.remembered(good)).toMatchObject({ userId: 42n });
    await clock.advance(HOUR_MS + 5_000);
    expect(verifier.remembered(good)).toBeUndefined();
  });

  it("is not the caller of a token with the same signature and other claims", async () => {
    const good = await token();
    await verifier.verify(good);
    const [head, , signature] = good.split(".");
    const [, otherPayload] = (await token({ userId: 43n })).split(".");
    const forged = `${head}.${otherPayload}.${signature}`;
    expect(verifier.remembered(forged)).toBeUndefined();
    await expect(verifier.verify(forged)).rejects.toThrow("signature");
  });

  it("is verified once for requests that come at the same time", async () => {
    const good = await token();
    const [first, second] = await Promise.all([verifier.verify(good), verifier.verify(good)]);
    expect(first).toBe(second);
    const bad = await token({ issuer: "else" });
    const both = await Promise.allSettled([verifier.verify(bad), verifier.verify(bad)]);
    expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  });

  it("is bounded, and no bad token", async () => {
    const small = verifierOf(ed25519.publicKey, 1);
    const [first, second] = [await token({ userId: 1n }), await token({ userId: 2n })];
    await small.verify(first);
    await small.verify(second);
    expect([small.remembered(first), small.remembered(second)?.userId]).toEqual([undefined, 2n]);
    const bad = await token({ issuer: "else" });
    await expect(small.verify(bad)).rejects.toThrow();
    expect(small.remembered(bad)).toBeUndefined();
  });
});

describe("readPublicKeys", () => {
  const pem = (key: KeyObject) => String(key.export({ type: "spki", format: "pem" }));
  const jwk = (key: KeyObject, kid: string) => ({ ...key.export({ format: "jwk" }), kid });

  async function takes(source: string, ...tokens: string[]) {
    const checker = createTokenVerifier({
      keys: readPublicKeys(source),
      issuer: "tidings",
      audience: "tidings-api",
      userClaim: "sub",
      maxLifeMs: DAY_MS,
      clock,
      maxCachedTokens: 1,
    });
    for (const one of tokens) expect(await checker.verify(one)).toMatchObject({ userId: 42n });
  }

  it("takes a PEM public key of either kind", async () => {
    await takes(pem(ed25519.publicKey), await token());
    await takes(pem(p256.publicKey), await signed({ exp: seconds(60) }, "ES256", p256.privateKey));
  });

  it("takes RSA keys as OpenID Connect's issuers have them", async () => {
    const rs256 = await signed({ exp: seconds(60) }, "RS256", rsa.privateKey);
    await takes(pem(rsa.publicKey), rs256);
    await takes(JSON.stringify({ keys: [jwk(rsa.publicKey, "a")] }), rs256);
  });

  it("takes a key set, and finds the key that fits", async () => {
    const keys = [jwk(ed25519.publicKey, "a"), jwk(p256.publicKey, "b")];
    const es256 = await signed({ exp: seconds(60) }, "ES256", p256.privateKey);
    await takes(JSON.stringify({ keys }), await token(), es256);
  });

  it.each([
    [
      "a private PEM",
      () => String(ed25519.privateKey.export({ type: "pkcs8", format: "pem" })),
      "public half",
    ],
    ["a private JWK", () => JSON.stringify({ keys: [jwk(ed25519.privateKey, "a")] }), "private"],
    ["a short RSA key", () => pem(shortRsa.publicKey), "type rsa"],
    ["a short RSA JWK", () => JSON.stringify({ keys: [jwk(shortRsa.publicKey, "a")] }), "type RSA"],
    ["an empty set", () => '{"keys":[]}', "no keys"],
    ["noise", () => randomBytes(8).toString("hex"), "neither"],
  ])("rejects %s", (_case, make, message) => {
    expect(() => readPublicKeys(make())).toThrow(message);
  });
});

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
