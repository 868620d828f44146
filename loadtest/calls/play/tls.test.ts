import { createServer as createHttpServer } from "node:http";
import { createSecureServer } from "node:http2";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { ServerCredentials } from "@grpc/grpc-js";
import { afterAll, describe, expect, it } from "vitest";
import { unreachable } from "../../drivers/unreachable.ts";
import { makeCertificates } from "../testing/certificates.ts";
import { GREETER, GREETER_PROTO, startGreeter } from "../testing/greeter-server.ts";
import { playHere } from "../testing/play-here.ts";

const certificates = makeCertificates();
/** Of an authority that the servers do not know. */
const strangers = makeCertificates();
afterAll(() => {
  certificates[Symbol.dispose]();
  strangers[Symbol.dispose]();
});

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
    await expect(playHere(greeter, [flow], { tls: trusted })).rejects.toThrow(
      /answers, but it asks for a certificate of ours: give it by --cert FILE and --key FILE/,
    );
    const others = { ...trusted, ...strangers.client };
    for (const protos of [undefined, { files: [GREETER_PROTO] }]) {
      await expect(
        playHere(greeter, [flow], { tls: others, ...(protos && { protos }) }),
      ).rejects.toThrow(/answers, (but it does not take our certificate|over TLS, and closed)/);
    }
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

  it("say how a server is reached that answers otherwise", async () => {
    const pair = { cert_chain: read(server.cert), private_key: read(server.key) };
    const credentials = ServerCredentials.createSsl(null, [pair], false);
    await using greeter = await startGreeter({ credentials });
    const plain = createHttpServer((_, response) => response.end("{}"));
    await new Promise<void>((resolve) => plain.listen(0, "127.0.0.1", resolve));
    try {
      const http = plain.address() as AddressInfo;
      const protos = { files: [GREETER_PROTO] };
      const cases = [
        [greeter, {}, "give --tls"],
        [greeter, { protos }, "give --tls"],
        [greeter, { tls: {} }, "unable to verify the first certificate): give .* --ca FILE"],
        [
          greeter,
          { tls: {}, protos },
          "unable to verify the first certificate): give .* --ca FILE",
        ],
        [greeter, { tls: { ca } }, "DNS:server.test): give it by --server-name"],
        [greeter, { tls: trusted, protocol: "http/1.1" }, "HTTP/2 the same with --http2"],
        [http, {}, `give --target http://localhost:${http.port}`],
        [http, { protos }, `give --target http://localhost:${http.port}`],
        [http, { protocol: "http/2" }, "without --http2"],
      ] as const;
      for (const [{ port }, target, message] of cases) {
        const isHttp = "protocol" in target;
        const step = isHttp ? { request: "GET /" } : { method: `${GREETER}/SayHello` };
        const pattern = message.replaceAll(")", "\\)");
        await expect(playHere({ port }, [{ steps: [step] }], target)).rejects.toThrow(
          new RegExp(`^localhost:${port} answers, .*${pattern}`),
        );
      }
    } finally {
      plain.close();
    }
  });

  it.each([
    [{ ...client, key: server.key }, `tls.key: ${server.key} is not the key of ${client.cert}.`],
    [{ ca: GREETER_PROTO }, `tls.ca: ${GREETER_PROTO} holds no certificate as PEM`],
    [{ cert: client.key, key: client.key }, `tls.cert: ${client.key} holds no certificate`],
    [{ cert: client.cert, key: client.cert }, `tls.key: ${client.cert} holds no private key`],
    [{ ca: "nowhere.pem" }, "tls.ca: nowhere.pem can't be read: ENOENT"],
  ])("are refused with files that can't be used: %j", async (tls, message) => {
    const flow = { steps: [{ request: "GET /" }] };
    const asked = { tls, protocol: "http/1.1" } as const;
    await expect(playHere({ port: 1 }, [flow], asked)).rejects.toThrow(message);
  });

  it.each([
    ["certificate has expired", "localhost:1 answers, but its certificate has expired: renew it"],
    [
      "self-signed certificate; if the root CA is installed locally, try running Node.js with --use-system-ca",
      "is not known (self-signed certificate): give that authority by --ca FILE",
    ],
    ["connect ECONNREFUSED 127.0.0.1:1", "No answer from localhost:1: is the target running?"],
  ])("say what is the matter with a certificate: %s", (cause, message) => {
    const told = unreachable("localhost:1", new Error(cause)).message;
    expect(told).toContain(message);
    expect(told).not.toContain("system-ca");
  });

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
