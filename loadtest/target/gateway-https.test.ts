import { once } from "node:events";
import type { RequestListener } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, afterEach, expect, it } from "vitest";
import { makeCertificates } from "../calls/testing/certificates.ts";
import { newCall } from "../drivers/ceiling.ts";
import { openRestDriver } from "../drivers/rest/rest-driver.ts";
import { gatewayDials, gatewayHttps, getFromGateway } from "./gateway-https.ts";

const certificates = makeCertificates();
afterAll(() => certificates[Symbol.dispose]());
let started = new DisposableStack();
afterEach(() => {
  started.dispose();
  started = new DisposableStack();
});

const { server: shown, client: another, read } = certificates;
const env = { TIDINGS_GATEWAY_TLS_CERT_FILE: shown.cert };
const stranger = { TIDINGS_GATEWAY_TLS_CERT_FILE: another.cert };

const answer: RequestListener = ({ url, socket }, response) =>
  response.end(`${socket.remoteAddress} asks for ${url}`);

/** A gateway that speaks HTTPS, by a certificate of an authority that nobody is told of. */
async function gateway(): Promise<string> {
  const server = createServer({ cert: read(shown.cert), key: read(shown.key) }, answer);
  await once(server.listen(0, "127.0.0.1"), "listening");
  started.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

it("is asked by a driver that knows its certificate, from the address it names, and by no other", async () => {
  const targets = [{ addresses: [await gateway()] }];
  // Linux has all addresses that begin so.
  const from = process.platform === "linux" ? "127.0.0.2" : "127.0.0.1";
  const open = async (of: typeof env) =>
    openRestDriver(targets, { connections: 1, dial: (await gatewayDials(of))(from) });
  const driver = started.adopt(await open(env), (one) => one.close());
  const answered = Promise.withResolvers<string>();
  const call = newCall(Buffer.from('{"method":"GET","path":"/v1/timeline"}'));
  driver.send(call, (status, body) => answered.resolve(`${status} ${body && Buffer.from(body)}`));
  expect(await answered.promise).toBe(`0 ${from} asks for /v1/timeline`);
  await expect(open(stranger)).rejects.toThrow("certificate");
});

it("is asked for a page, and by no other either", async () => {
  const address = await gateway();
  const get = async (of: typeof env) => {
    const https = await gatewayHttps(of);
    const signal = AbortSignal.timeout(60_000);
    const request = getFromGateway(`${address}/page`, { https, headers: {}, signal });
    const [response] = await once(request, "response");
    return text(response);
  };
  expect(await get(env)).toBe("127.0.0.1 asks for /page");
  await expect(get(stranger)).rejects.toThrow("certificate");
});

it("speaks HTTP where no certificate is named", async () => {
  expect(await gatewayHttps({})).toBeUndefined();
});
