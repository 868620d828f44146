import { createServer, type Server } from "node:http";
import { createServer as createHttp2Server, type Http2Server } from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { until } from "../../../test/support/until.ts";
import { statusName } from "../../results/status-name.ts";
import { newCall } from "../ceiling.ts";
import type { Driver } from "../driver.ts";
import { openHttp1Driver } from "./http1-driver.ts";
import { openHttp2Driver } from "./http2-driver.ts";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A server that does with the connection of a request what its path says. */
const KINDS = {
  "HTTP/1.1": { create: createServer as () => Server, open: openHttp1Driver },
  "HTTP/2": { create: createHttp2Server as () => Http2Server, open: openHttp2Driver },
} as const;

const DEEDS: Readonly<Record<string, (socket: Socket) => unknown>> = {
  "/reset": (socket) => socket.resetAndDestroy(),
  "/close": (socket) => socket.destroy(),
  "/part": (socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n{"),
  "/garbage": (socket) => socket.write("220 mail ESMTP\r\n\r\n"),
};

async function scene(kind: keyof typeof KINDS) {
  const sockets = new Set<Socket>();
  const server = KINDS[kind].create();
  server.on("connection", (socket: Socket) => sockets.add(socket));
  server.on("request", (request: { url: string }, response: { end(): void }) => {
    const deed = DEEDS[request.url];
    if (!deed) return response.end();
    for (const socket of sockets) if (!socket.destroyed) deed(socket);
  });
  server.on("sessionError", () => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const addresses = [`127.0.0.1:${(server.address() as AddressInfo).port}`];
  const driver = await KINDS[kind].open([{ addresses }], { connections: 1 });
  const stop = async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  closing.push(stop, () => driver.close());
  return { driver, stop };
}

function ask(driver: Driver, path: string) {
  return new Promise<string>((resolve) => {
    const call = { ...newCall(new Uint8Array()), parts: { method: "GET", path } };
    driver.send(call, (status) => resolve(statusName(status)));
  });
}

describe.each(["HTTP/1.1", "HTTP/2"] as const)("what cuts a call off over %s", (kind) => {
  it("is named as Node.js names it", async () => {
    const { driver } = await scene(kind);
    expect(await ask(driver, "/reset")).toBe("ECONNRESET");
    await until(async () => (await ask(driver, "/")) === "OK");
    expect(await ask(driver, "/close")).toBe("connection closed");
  });

  it("is that nothing listens any more", async () => {
    const { driver, stop } = await scene(kind);
    await stop();
    await until(async () => (await ask(driver, "/")) === "ECONNREFUSED");
  });
});

describe("an answer over HTTP/1.1", () => {
  it.each([
    ["/part", "connection closed"],
    ["/garbage", "no HTTP answer"],
  ])("that is none, as of %s, is named %s", async (path, name) => {
    const { driver } = await scene("HTTP/1.1");
    expect(await ask(driver, path)).toBe(name);
  });
});
