import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { askRoute } from "./ask-route.ts";

const OPERATION = { method: "GET", path: "/a", parameters: [], body: undefined, statuses: ["200"] };
const REQUEST = { method: "GET", url: "/a", headers: {}, body: undefined };

let asked: number;
/** How many connections are broken in place of an answer. */
let broken: number;
const server = createServer((request, response) => {
  if (asked++ < broken) request.socket.destroy();
  else response.end("{}");
});
beforeEach(() => {
  [asked, broken] = [0, 0];
  return new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(() => {
  server.close();
  server.closeAllConnections();
});

function ask() {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return askRoute({ url, token: "t" }, OPERATION, REQUEST);
}

it("asks once more for an answer that did not come", async () => {
  broken = 1;
  expect(await ask()).toEqual({ status: "200" });
  expect(asked).toBe(2);
});

it("tells a fault where none comes then, and goes on", async () => {
  broken = 2;
  expect(await ask()).toMatchObject({ fault: expect.stringContaining("GET /a") });
});
