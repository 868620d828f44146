import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type GatewayUnderTest, startGatewayUnderTest } from "../testing/gateway-under-test.ts";

let test: GatewayUnderTest;
let sockets: Socket[] = [];

async function start(env: Record<string, string>): Promise<void> {
  test = await startGatewayUnderTest(env);
}

beforeEach(() => {
  sockets = [];
});

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await test[Symbol.asyncDispose]();
});

async function open(): Promise<Socket> {
  const socket = connect(test.gateway.port, "127.0.0.1");
  socket.on("error", () => {});
  sockets.push(socket);
  await once(socket, "connect");
  return socket;
}

describe("a request that does not arrive whole in time", () => {
  it.each([
    ["nothing of it", ""],
    ["a part of its head", "POST /v1/posts HTTP/1.1\r\nHost: x\r\n"],
    ["a part of its body", "POST /v1/posts HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{"],
  ])("ends its connection: %s came", async (_what, sent) => {
    await start({ TIDINGS_GATEWAY_ARRIVAL_TIMEOUT: "100ms" });
    const socket = await open();
    socket.resume();
    socket.write(sent);
    await once(socket, "close");
  });
});

it("connections beyond the limit are refused, and those that are open stay", async () => {
  await start({ TIDINGS_GATEWAY_CONNECTIONS: "1" });
  const first = await open();
  const second = await open();
  second.resume();
  await once(second, "close");
  first.write("GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
  const [answer] = await once(first, "data");
  expect(String(answer)).toMatch(/^HTTP\/1.1 \d/);
});

it("an answer that its caller does not take ends the connection", async () => {
  await start({ TIDINGS_GATEWAY_TAKING_TIMEOUT: "100ms" });
  const connected = once(test.gateway.app.server, "connection");
  const socket = await open();
  const [served] = await connected;
  socket.pause();
  // More of it than the systems of both ends keep: 170 MB.
  const script = "/docs/static/swagger-ui-bundle.js";
  socket.write(`GET ${script} HTTP/1.1\r\nHost: x\r\n\r\n`.repeat(100));
  await once(served, "close");
});

it("pages that take no token are so many of one address, and healthz is no page", async () => {
  await start({ TIDINGS_GATEWAY_TRUSTED_PROXIES: "127.0.0.1" });
  const ask = async (url: string, from: string) =>
    (await test.gateway.app.inject({ url, headers: { "x-forwarded-for": from } })).statusCode;
  for (let asked = 0; asked < 120; asked++) {
    expect(await ask("/openapi.json", `2001:db8:1:2::${asked}`)).toBe(200);
  }
  for (const url of ["/openapi.json", "/docs/yaml", "/docs/static/swagger-ui-bundle.js"]) {
    expect(await ask(url, "2001:db8:1:2::ffff"), url).toBe(429);
  }
  expect(await ask("/healthz", "2001:db8:1:2::ffff")).toBe(200);
  expect(await ask("/openapi.json", "192.0.2.1")).toBe(200);
});

describe("wrong tokens of one address", () => {
  const ask = (token: string, from: string) =>
    test.gateway.app.inject({
      url: "/v1/friends/count",
      headers: { authorization: `Bearer ${token}`, "x-forwarded-for": from },
    });

  it("are not looked at beyond the limit, while known tokens go on", async () => {
    await start({ TIDINGS_GATEWAY_WRONG_TOKENS: "2" });
    const known = await test.token();
    expect((await ask(known, "")).statusCode).not.toBe(401);
    const statuses: number[] = [];
    for (const wrong of ["a.b.c", "d.e.f", "g.h.i"]) {
      statuses.push((await ask(wrong, "198.51.100.1")).statusCode);
    }
    expect(statuses).toEqual([401, 401, 429]);
    expect((await ask(known, "")).statusCode).not.toBe(429);
  });

  it("count by the address that a trusted proxy names", async () => {
    await start({
      TIDINGS_GATEWAY_WRONG_TOKENS: "1",
      TIDINGS_GATEWAY_TRUSTED_PROXIES: "127.0.0.1",
    });
    const statuses = [
      await ask("a.b.c", "198.51.100.1"),
      await ask("a.b.c", "198.51.100.2"),
      await ask("a.b.c", "198.51.100.1"),
    ].map(({ statusCode }) => statusCode);
    expect(statuses).toEqual([401, 401, 429]);
  });
});
