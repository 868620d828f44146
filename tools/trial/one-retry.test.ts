import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { noErrors, oneRetry, type Retry, retryAfter } from "./one-retry.ts";

const servers: Server[] = [];
const gateways: string[] = [];
/** The first gateway fails every call, the second none. */
beforeAll(async () => {
  for (const status of [503, 200]) {
    const server = createServer((_, response) => response.writeHead(status).end("{}"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    servers.push(server);
    gateways.push(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }
});
afterAll(() => {
  for (const server of servers) server.close();
});

it("tries again at another gateway, however many send meanwhile", async () => {
  const errors = noErrors();
  const options = { gateways, retry: retryAfter(0), timeoutMs: 10_000 };
  const send = oneRetry(options, errors);
  const calls = 8;
  await Promise.all(Array.from({ length: calls }, () => send("/", {})));
  expect([...errors.hidden]).toEqual([["503", calls / 2]]);
  expect(errors.seen.size).toBe(0);
});

it("tells calls apart whose two tries met two things, and names both", async () => {
  const errors = noErrors();
  const [failing] = gateways;
  let happening = "post";
  const retry: Retry = (again) => {
    happening = "gateway";
    return again();
  };
  const options = { gateways: [failing], retry, timeoutMs: 10_000 };
  const apart = oneRetry({ ...options, amid: () => happening }, errors);
  await apart("/v1/timeline?limit=20", {});
  expect([...errors.apart]).toEqual([["503 on /v1/timeline (amid post, then amid gateway)", 1]]);
  expect(errors.seen.size).toBe(0);
  await apart("/v1/timeline?limit=20", {});
  await oneRetry(options, errors)("/v1/posts", {});
  expect([...errors.seen]).toEqual([
    ["503 on /v1/timeline", 1],
    ["503 on /v1/posts", 1],
  ]);
});
