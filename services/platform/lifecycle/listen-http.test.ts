import { createServer as createHttpServer } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { Server } from "node:net";
import { expect, it } from "vitest";
import { listenHttp } from "./listen-http.ts";

/** As Fastify's app is one. */
function appOf(server: Server) {
  return {
    server,
    listen: ({ host, port }: { host: string; port: number }) =>
      new Promise<string>((resolve) => server.listen(port, host, () => resolve(host))),
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

it.each(["127.0.0.1", "localhost"])("plain HTTP listens on %s", async (host) => {
  const app = appOf(createHttpServer());
  await using front = await listenHttp(app, { host, port: 0, plaintext: "on-loopback-only" });
  expect(front.port).toBeGreaterThan(0);
});

it.each(["0.0.0.0", "::", ""])("plain HTTP is refused on %j", async (host) => {
  const app = appOf(createHttpServer());
  await expect(listenHttp(app, { host, port: 0, plaintext: "on-loopback-only" })).rejects.toThrow(
    /TIDINGS_GATEWAY_TLS_CERT_FILE.* or say TIDINGS_PLAINTEXT=http-behind-a-proxy/,
  );
  expect(app.server.listening).toBe(false);
});

it.each(["http-behind-a-proxy", "anyone-may-act-as-anyone"] as const)(
  "plain HTTP listens anywhere with the words %s",
  async (plaintext) => {
    const app = appOf(createHttpServer());
    await using front = await listenHttp(app, { host: "0.0.0.0", port: 0, plaintext });
    expect(front.port).toBeGreaterThan(0);
  },
);

it("HTTPS needs no words", async () => {
  const app = appOf(createHttpsServer());
  const place = { host: "0.0.0.0", port: 0, plaintext: "on-loopback-only" } as const;
  await using front = await listenHttp(app, place);
  expect(front.port).toBeGreaterThan(0);
});
