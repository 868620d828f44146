import { createHmac, createPublicKey, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { exportJWK, SignJWT } from "jose";
import { afterAll, beforeAll, expect, it } from "vitest";
import { systemClock } from "../../platform/clock/system-clock.ts";
import { type GatewayUnderTest, startGatewayUnderTest } from "../testing/gateway-under-test.ts";

let test: GatewayUnderTest;
/** As "GET /v1/posts/1": whatever there is that takes a token. */
let routes: readonly { readonly method: string; readonly url: string }[];
beforeAll(async () => {
  const env = { TIDINGS_GATEWAY_WRONG_TOKENS: "1000000" };
  test = await startGatewayUnderTest(env, systemClock, true);
  const { paths = {} } = test.gateway.app.swagger();
  routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods ?? {})
      .map((method) => ({ method, url: path.replaceAll(/\{\w+\}/g, "1") }))
      .filter(({ url }) => url !== "/healthz"),
  );
  await test.gateway.app.ready();
});
afterAll(() => test[Symbol.asyncDispose]());

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
const inSeconds = (seconds: number) => Math.floor(Date.now() / 1_000) + seconds;
const stranger = generateKeyPairSync("ed25519");

/** What a good token of user 8 says. */
const said = () => ({
  ...{ sub: "8", iss: "tidings", aud: "tidings-api" },
  ...{ iat: inSeconds(0), exp: inSeconds(600) },
});
type Said = Readonly<Record<string, unknown>>;

/** Signed by the issuer's own key, whatever it says. */
const issued = (claims: Said, header: Said = {}) =>
  new SignJWT({ ...said(), ...claims })
    .setProtectedHeader({ alg: "EdDSA", ...header })
    .sign(test.key);
/** Signed by somebody else. */
const foreign = (header: Said = {}) =>
  new SignJWT(said()).setProtectedHeader({ alg: "EdDSA", ...header }).sign(stranger.privateKey);
const unsigned = (header: object, signature = "") => `${part(header)}.${part(said())}.${signature}`;
const byMac = (secret: string | Buffer) => {
  const signed = `${part({ alg: "HS256", typ: "JWT" })}.${part(said())}`;
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
};
const publicJwk = async () => await exportJWK(stranger.publicKey);
/** Those of live streams, by a key of their own that nobody outside has. */
const streamToken = () =>
  new SignJWT({ until: Date.now() + 60_000 })
    .setProtectedHeader({ alg: "HS256" })
    .setAudience("tidings-stream")
    .setSubject("8")
    .setExpirationTime(inSeconds(60))
    .sign(randomBytes(32));

const FORGED: Readonly<Record<string, () => string | Promise<string>>> = {
  "no signature, alg none": () => unsigned({ alg: "none" }),
  "a signature, alg none": () => unsigned({ alg: "None" }, "AA"),
  "no alg": () => unsigned({ typ: "JWT" }, "AA"),
  "HS256 by the public key's PEM": () => {
    const pem = createPublicKey(test.key).export({ format: "pem", type: "spki" });
    return byMac(pem);
  },
  "HS256 by nothing": () => byMac(""),
  "another key": () => foreign(),
  "another key, that it brings along": async () => foreign({ jwk: await publicJwk() }),
  "another key, and where to get it": () => foreign({ jku: "http://127.0.0.1:1/keys" }),
  "another key, by a kid that is a path": () => foreign({ kid: "../../../../dev/null" }),
  "a header that is to be understood": () => {
    const signed = `${part({ alg: "EdDSA", crit: ["x"], x: 1 })}.${part(said())}`;
    return `${signed}.${sign(null, Buffer.from(signed), test.key).toString("base64url")}`;
  },
  "another issuer": () => issued({ iss: "else" }),
  "another audience": () => issued({ aud: ["tidings-stream", "tidings-mesh"] }),
  "no audience": () => issued({ aud: undefined }),
  "an end that has passed": () => issued({ exp: inSeconds(-6) }),
  "no end": () => issued({ exp: undefined }),
  "an end in words": () => issued({ exp: "never" }),
  "an end far away": () => issued({ exp: inSeconds(40 * 86_400) }),
  "a beginning to come": () => issued({ nbf: inSeconds(60) }),
  "a user of another kind": () => issued({ sub: ["8"] }),
  "a user with a space": () => issued({ sub: "8 " }),
  "a user of Arabic digits": () => issued({ sub: "\u0668" }),
  "a user too large": () => issued({ sub: "9223372036854775808" }),
  "a user of none": () => issued({ sub: "0" }),
  "the signature of another": async () => {
    const [head, , signature] = (await issued({ sub: "7" })).split(".");
    return `${head}.${part(said())}.${signature}`;
  },
  "a part more": async () => `${await issued({})}.AA`,
  "a token of live streams": streamToken,
};

it.each(Object.keys(FORGED))("no route takes a token with %s", async (name) => {
  const token = (await FORGED[name]?.()) ?? "";
  for (const { method, url } of routes) {
    for (const query of ["", `?stream_token=${token}`]) {
      const headers = query === "" ? { authorization: `Bearer ${token}` } : {};
      const request = { method: method.toUpperCase() as "GET", url: url + query, headers };
      const { statusCode } = await test.gateway.app.inject(request);
      expect(statusCode, `${method} ${url}${query}`).toBe(401);
    }
  }
  expect(test.services.calls).toEqual([]);
});

it("a route takes the token that all of these differ from, in its header alone", async () => {
  const token = await issued({});
  const ask = async (url: string, headers: Record<string, string>) =>
    (await test.gateway.app.inject({ url, headers })).statusCode;
  for (const { url } of routes.filter(({ method }) => method === "get")) {
    expect(await ask(url, { authorization: `Bearer ${token}` }), url).not.toBe(401);
    expect(await ask(`${url}?stream_token=${token}`, {}), url).toBe(401);
  }
});
