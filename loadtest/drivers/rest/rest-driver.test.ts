import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, it } from "vitest";
import { present } from "../../../services/model/invariant.ts";
import { newCall } from "../ceiling.ts";
import type { Driver } from "../driver.ts";
import type { RestRequest } from "./request.ts";
import { openRestDriver } from "./rest-driver.ts";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0).reverse()) close();
});

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A server of Node's own, and a driver with one connection to it. */
async function scene(handler: Handler) {
  let connections = 0;
  const server = createServer(handler).on("connection", () => connections++);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const target = { addresses: [address], headers: { "user-agent": "load" } };
  const driver = await openRestDriver([target], { connections: 1 });
  closing.push(
    () => server.close(),
    () => server.closeAllConnections(),
    () => driver.close(),
  );
  return { address, driver, connections: () => connections };
}

function callOf(request: RestRequest) {
  return newCall(Buffer.from(JSON.stringify(request)));
}

function ask(driver: Driver, request: RestRequest) {
  return new Promise<{ status: number; body: string | undefined }>((resolve) =>
    driver.send(callOf(request), (status, body) =>
      resolve({ status, body: body && Buffer.from(body).toString() }),
    ),
  );
}

describe("the REST driver", () => {
  it("sends method, path, headers and body as they are asked", async () => {
    const { address, driver } = await scene(async (request, response) => {
      const { method, url, headers } = request;
      response.end(JSON.stringify({ method, url, headers, body: await text(request) }));
    });
    const get = await ask(driver, { method: "GET", path: "/v1/timeline?page_size=20" });
    expect(get.status).toBe(0);
    expect(JSON.parse(present(get.body))).toMatchObject({
      method: "GET",
      url: "/v1/timeline?page_size=20",
      headers: { host: address, "user-agent": "load" },
      body: "",
    });
    const body = { text: "Καλημέρα 🎈" };
    const post = await ask(driver, {
      method: "POST",
      path: "/v1/posts",
      headers: { authorization: "Bearer x" },
      body,
    });
    const seen = JSON.parse(present(post.body));
    expect(seen.headers).toMatchObject({
      authorization: "Bearer x",
      "content-type": "application/json",
    });
    expect(JSON.parse(seen.body)).toEqual(body);
  });

  it("maps statuses, and keeps the connection", async () => {
    const { driver, connections } = await scene((request, response) => {
      response.writeHead(Number(present(request.url).slice(1))).end("why");
    });
    const answered: [number, number][] = [];
    for (const http of [200, 201, 204, 302, 400, 401, 403, 404, 409, 413, 429, 500, 503, 504]) {
      const { status, body } = await ask(driver, { method: "GET", path: `/${http}` });
      // Of errors, too: a check may ask what they say.
      expect(body).toBe(http === 204 ? "" : "why");
      answered.push([http, status]);
    }
    expect(answered).toEqual([
      ...[200, 201, 204].map((ok) => [ok, 0]),
      [302, 13],
      [400, 3],
      [401, 16],
      [403, 7],
      [404, 5],
      [409, 6],
      [413, 13],
      [429, 8],
      [500, 13],
      [503, 14],
      [504, 4],
    ]);
    expect(connections()).toBe(1);
  });

  it("takes a new connection when the server closes it, or is about to", async () => {
    const { driver, connections } = await scene((request, response) => {
      if (request.url === "/close") response.setHeader("connection", "close");
      else response.setHeader("keep-alive", "timeout=0");
      response.end("{}");
    });
    for (const path of ["/close", "/", "/close", "/", "/"]) {
      expect(await ask(driver, { method: "GET", path })).toEqual({ status: 0, body: "{}" });
    }
    // The first after it was opened; one more after each answer but the last.
    expect(connections()).toBe(5);
  });

  it("ends the connection of a call that is given up, so that its answer goes nowhere", async () => {
    const held: ServerResponse[] = [];
    const arrived = Promise.withResolvers<void>();
    const { driver, connections } = await scene((request, response) => {
      if (request.url === "/now") response.end("now");
      else {
        held.push(response);
        arrived.resolve();
      }
    });
    const call = callOf({ method: "GET", path: "/held" });
    driver.send(call, () => expect.unreachable());
    await arrived.promise;
    const closed = new Promise((resolve) => held[0].once("close", resolve));
    driver.cancel(call);
    await closed;
    held[0].end("held");
    expect(await ask(driver, { method: "GET", path: "/now" })).toEqual({ status: 0, body: "now" });
    expect(connections()).toBe(2);
  });

  it("sends nothing twice: what a connection's end cuts off is UNAVAILABLE", async () => {
    let requests = 0;
    const { driver } = await scene((request, response) => {
      requests++;
      if (request.url === "/cut") request.socket.destroy();
      else response.end("{}");
    });
    const UNAVAILABLE = 14;
    const { status } = await ask(driver, { method: "GET", path: "/cut" });
    expect([status, requests]).toEqual([UNAVAILABLE, 1]);
  });

  it("refuses a message that is no request, and one that would end its line", async () => {
    const { driver } = await scene((_, response) => response.end("{}"));
    const send = (request: object) =>
      driver.send(callOf(request as RestRequest), () => expect.unreachable());
    expect(() => send({ path: "/" })).toThrow('is {"method": "GET", "path": "/...", "headers"?');
    expect(() => send({ method: "GET", path: "/ HTTP/1.1\r\nx: y" })).toThrow("and not");
    expect(() => send({ method: "GET", path: "/", headers: { a: "b\r\nc: d" } })).toThrow(
      "HTTP takes no header",
    );
  });
});
