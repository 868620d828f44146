import { createServer } from "node:http";
import { createServer as createHttp2Server, createSecureServer } from "node:http2";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, createServer as createTcpServer, type Server } from "node:net";
import { afterAll, describe, expect, it } from "vitest";
import { makeCertificates } from "../../calls/testing/certificates.ts";
import { dialTls } from "../connect-to.ts";
import { tryHttp1 } from "./try-http1.ts";

const certificates = makeCertificates();
/** Of an authority that the server does not know. */
const strangers = makeCertificates();
afterAll(() => {
  certificates[Symbol.dispose]();
  strangers[Symbol.dispose]();
});

const { ca, server, client, read } = certificates;
const pair = { cert: read(server.cert), key: read(server.key) };
const trusted = { ca: read(ca), servername: "server.test", ALPNProtocols: ["http/1.1"] };

async function listening(one: Server) {
  await new Promise<void>((resolve) => one.listen(0, "127.0.0.1", resolve));
  const { port } = one.address() as AddressInfo;
  return { address: `127.0.0.1:${port}`, [Symbol.asyncDispose]: async () => void one.close() };
}

describe("trying HTTP/1.1", () => {
  it("asks nothing of a server that speaks it", async () => {
    let asked = 0;
    const answer = () => asked++;
    await using plain = await listening(createServer(answer));
    await using https = await listening(createHttpsServer(pair, answer));
    await tryHttp1(plain.address, undefined);
    await tryHttp1(https.address, dialTls(trusted));
    expect(asked).toBe(0);
  });

  it("leaves to the run a server that closes what it does not understand", async () => {
    await using curt = await listening(
      createTcpServer((socket) => socket.once("data", () => socket.destroy())),
    );
    await tryHttp1(curt.address, undefined);
  });

  it.each([
    ["over TLS: give --target https://127", () => createHttpsServer(pair)],
    ["by HTTP/2, not HTTP/1.1: give --http2; of a gRPC server", () => createHttp2Server()],
    ["over TLS: give --target https://127", () => createSecureServer(pair)],
  ])("says what answers there: %s", async (message, create) => {
    await using other = await listening(create());
    await expect(tryHttp1(other.address, undefined)).rejects.toThrow(
      `${other.address} answers, but ${message}`,
    );
  });

  it("says so when a server wants a certificate, or another", async () => {
    const strict = { ...pair, ca: read(ca), requestCert: true, rejectUnauthorized: true };
    await using https = await listening(createHttpsServer(strict));
    const tls = (of: typeof client) =>
      dialTls({ ...trusted, cert: read(of.cert), key: read(of.key) });
    await tryHttp1(https.address, tls(client));
    await expect(tryHttp1(https.address, dialTls(trusted))).rejects.toThrow(
      "but it asks for a certificate of ours: give it by --cert FILE and --key FILE.",
    );
    await expect(tryHttp1(https.address, tls(strangers.client))).rejects.toThrow(
      /but (it does not take our certificate|closed the connection: if it asks for a certificate)/,
    );
  });

  it("says so when nobody answers", async () => {
    await expect(tryHttp1("127.0.0.1:1", undefined)).rejects.toThrow("No answer from 127.0.0.1:1");
  });
});
