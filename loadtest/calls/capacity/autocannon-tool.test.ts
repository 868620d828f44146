import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { statusName } from "../../results/status-name.ts";
import { compileFlows } from "../plan/compile-flows.ts";
import { briefScenario } from "../testing/play-here.ts";
import { autocannonTool } from "./autocannon-tool.ts";

const PER_SECOND = 100;

/** Some seconds of autocannon against a server that does something with every tenth request. */
async function held(
  tenth: (request: IncomingMessage, response: ServerResponse) => unknown,
  { seconds = 1, timeoutMs = 10_000, signal = new AbortController().signal } = {},
) {
  let asked = 0;
  const server = createServer((request, response) => {
    if (++asked % 10 === 0) tenth(request, response);
    else response.end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const target = { addresses: [`127.0.0.1:${port}`], protocol: "http/1.1" } as const;
  const scenario = briefScenario(target, [{ steps: [{ request: "GET /", timeoutMs }] }]);
  try {
    const hold = autocannonTool(scenario, compileFlows(scenario, undefined), {
      connections: 4,
      signal,
      probe: () => 1,
    });
    const { measured, said = [] } = await hold(PER_SECOND, seconds);
    return { ...measured.operations[0], said };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

it.each([
  ["resets", "ECONNRESET", ({ socket }: IncomingMessage) => socket.resetAndDestroy()],
  ["closes", "connection closed", ({ socket }: IncomingMessage) => socket.destroy()],
])("counts what a server %s, as %s, and no more than was asked for", async (_, name, tenth) => {
  const { counts, statuses } = await held(tenth);
  expect([...statuses.keys()].map(statusName)).toEqual([name]);
  const { ok, failed, sent, intended, notSent } = counts;
  expect(intended).toBe(PER_SECOND);
  expect([sent, intended - sent]).toEqual([ok + failed, notSent]);
  expect(ok).toBeLessThanOrEqual(0.9 * intended);
});

it("takes no request for lost that it wrote itself after an answer that ends the connection", async () => {
  const { statuses } = await held((_, response) => response.setHeader("connection", "close").end());
  expect([...statuses]).toEqual([]);
});

it("says that what was asked for is elsewhere, as other drivers do", async () => {
  const elsewhere = (_: IncomingMessage, response: ServerResponse) =>
    response.writeHead(301, { Location: "/there" }).end();
  const { said, counts, statuses } = await held(elsewhere);
  expect([...statuses]).toEqual([]);
  expect(counts.ok).toBeGreaterThan(PER_SECOND / 2);
  expect(said).toEqual([
    expect.stringMatching(
      /^GET \/: \d+ answers say that it is elsewhere \(the first HTTP 301, \/there/,
    ),
  ]);
  expect(said[0]).toMatch(/nobody follows them: ask there\.$/);
});

it("counts an answer that does not come as too late, and nothing else", async () => {
  const { statuses, counts } = await held(() => undefined, { seconds: 3, timeoutMs: 1_000 });
  expect([...statuses]).toEqual([]);
  expect(counts.timeout).toBeGreaterThan(0);
  expect(counts.sent).toBe(counts.ok + counts.timeout);
});

it("ends early when it is told to, with what there is by then", async () => {
  const stop = new AbortController();
  const tenth = (_: IncomingMessage, response: ServerResponse) => {
    stop.abort();
    response.end("{}");
  };
  const { counts } = await held(tenth, { seconds: 3_600, signal: stop.signal });
  expect(counts.ok).toBeGreaterThan(0);
});
