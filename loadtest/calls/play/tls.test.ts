import { createSecureServer } from "node:http2";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { ServerCredentials } from "@grpc/grpc-js";
import { afterAll, describe, expect, it } from "vitest";
import { makeCertificates } from "../testing/certificates.ts";
import { GREETER, startGreeter } from "../testing/greeter-server.ts";
import { playHere } from "../testing/play-here.ts";

const certificates = makeCertificates();
afterAll(() => certificates[Symbol.dispose]());

const { ca, server, client, read } = certificates;
const trusted = { ca, serverName: "server.test" };

/** A gRPC server that wants a client's certificate. */
function startStrict() {
  const pair = { cert_chain: read(server.cert), private_key: read(server.key) };
  return startGreeter({ credentials: ServerCredentials.createSsl(read(ca), [pair], true) });
}

describe("calls over TLS", () => {
  it("show our certificate, and believe the authority that was given", async () => {
    await using greeter = await startStrict();
    const flow = { steps: [{ method: `${GREETER}/SayHello`, data: { name: "Ada" } }] };
    const { operations } = await playHere(greeter, [flow], { tls: { ...trusted, ...client } });
    expect(operations[0].counts).toMatchObject({ failed: 0, ok: operations[0].counts.intended });
  });

  it("are refused without a certificate, or when the authority is another", async () => {
    await using greeter = await startStrict();
    const flow = { steps: [{ method: `${GREETER}/SayHello`, data: {} }] };
    await expect(playHere(greeter, [flow], { tls: trusted })).rejects.toThrow("Reflection of");
    const stranger = { serverName: "server.test", ...client };
    await expect(playHere(greeter, [flow], { tls: stranger })).rejects.toThrow("certificate");
  });

  it.each(["grpc", "http/1.1", "http/2"] as const)(
    "over %s to a server without TLS are told so",
    async (protocol) => {
      await using greeter = await startGreeter();
      const step = protocol === "grpc" ? { method: `${GREETER}/SayHello` } : { request: "GET /" };
      const flow = { steps: [step] };
      await expect(playHere(greeter, [flow], { protocol, tls: trusted })).rejects.toThrow(
        `localhost:${greeter.port} answers, but not over TLS`,
      );
    },
  );

  it.each(["http/1.1", "http/2"] as const)("go to any URL over %s", async (protocol) => {
    const options = { cert: read(server.cert), key: read(server.key) };
    const https =
      protocol === "http/2"
        ? createSecureServer(options, (_, response) => response.end('{"ok":true}'))
        : createServer(options, (_, response) => response.end('{"ok":true}'));
    await new Promise<void>((resolve) => https.listen(0, "127.0.0.1", resolve));
    try {
      const flow = { steps: [{ request: "GET /", checks: ["$.ok == true"] }] };
      const { port } = https.address() as AddressInfo;
      const { operations, sentences } = await playHere({ port }, [flow], {
        protocol,
        tls: trusted,
      });
      expect(sentences).toEqual([]);
      expect(operations[0].counts).toMatchObject({ failed: 0, ok: operations[0].counts.intended });
    } finally {
      https.close();
    }
  });
});
