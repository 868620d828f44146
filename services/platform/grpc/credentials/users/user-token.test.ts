import { generateKeyPairSync } from "node:crypto";
import { expect, it } from "vitest";
import { readUserToken, signUserToken } from "./user-token.ts";

const NOW_MS = 1_800_000_000_000;
const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const keys = new Map([["k", publicKey]]);
const claim = { userId: 7n, expiresMs: NOW_MS + 300_000 };
const token = signUserToken(claim, privateKey, "k");
const problemOf = (text: string, nowMs = NOW_MS) => {
  const read = readUserToken(text, keys, nowMs);
  return "problem" in read ? read.problem : undefined;
};
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

it("says for whom it is, until it expires, and a minute longer for other clocks", () => {
  expect(readUserToken(token, keys, NOW_MS)).toEqual({ value: claim });
  expect(problemOf(token, NOW_MS + 359_000)).toBeUndefined();
  expect(problemOf(token, NOW_MS + 360_000)).toBe("it has expired");
});

it.each([361_000, 86_400_000, Number.POSITIVE_INFINITY])(
  "is refused when it is good for longer than one may be: %d ms",
  (lifeMs) => {
    const long = signUserToken({ ...claim, expiresMs: NOW_MS + lifeMs }, privateKey, "k");
    expect(problemOf(long)).toMatch(/longer than the 5 minutes|until when/);
  },
);

it("is refused when another has signed it, or changed it", () => {
  const [header, , signature] = token.split(".");
  const forged = part({ aud: "tidings-mesh", sub: "8", exp: NOW_MS / 1_000 + 300 });
  expect(problemOf(`${header}.${forged}.${signature}`)).toBe("its signature is wrong");
  const stranger = generateKeyPairSync("ed25519").privateKey;
  expect(problemOf(signUserToken(claim, stranger, "k"))).toBe("its signature is wrong");
  expect(problemOf(signUserToken(claim, privateKey, "other"))).toBe("no known key has signed it");
});

it("takes no other algorithm, and none at all", () => {
  const [, payload] = token.split(".");
  expect(problemOf(`${part({ alg: "none", kid: "k" })}.${payload}.x`)).toMatch(/EdDSA/);
  expect(problemOf(`${part({ alg: "HS256", kid: "k" })}.${payload}.x`)).toMatch(/EdDSA/);
});

it.each(["", "a", "a.b", "a.b.c.d", "..", "a.b.c", `${"x".repeat(2_000)}.b.c`, "e30.e30.e30"])(
  "is no token: %s",
  (text) => {
    expect(problemOf(text)).toBeDefined();
  },
);

it.each(["0", "-1", "007", "1e3", "", "99999999999999999999"])("names no user: %s", (sub) => {
  const bad = { ...claim, userId: sub as unknown as bigint };
  expect(problemOf(signUserToken(bad, privateKey, "k"))).toBe("it names no user");
});
