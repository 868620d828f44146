import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttp2Server } from "node:http2";
import type { AddressInfo, Server } from "node:net";
import { describe, expect, it } from "vitest";
import { statusName } from "../../results/status-name.ts";
import type { FlowSpec, TargetSpec } from "../spec/call-scenario.ts";
import { playHere } from "../testing/play-here.ts";

type Protocol = Exclude<TargetSpec["protocol"], "grpc">;

interface Request {
  readonly line: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** Plays flows against a server that keeps what it is asked; "/missing" is not there, "/cut" ends the connection. */
async function asked(protocol: Protocol, flows: readonly FlowSpec[]) {
  const requests: Request[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    requests.push({ line: `${request.method} ${request.url}`, headers: request.headers, body });
    if (request.url === "/cut") return request.socket.destroy();
    const status = request.url?.startsWith("/missing") ? 404 : request.url === "/moved" ? 301 : 200;
    response.writeHead(status, {
      ...(status === 301 && { location: "https://shop.test/?token=SECRET" }),
      "content-type": "application/json",
      "x-kind": "test",
    });
    response.end(
      request.method === "HEAD" ? undefined : JSON.stringify({ id: requests.length, body }),
    );
  };
  const server: Server =
    protocol === "http/2" ? createHttp2Server(answer as never) : createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const { port } = server.address() as AddressInfo;
    const played = await playHere({ port }, flows, { protocol, headers: { "x-team": "search" } });
    return { ...played, requests };
  } finally {
    server.close();
  }
}

describe.each(["http/1.1", "http/2"] as const)("requests over %s", (protocol) => {
  it("have a method, a path, headers and a body, filled for each call", async () => {
    const data = { name: "user-{{sequence 10}}" };
    const headers = { "x-request": "{{hex 8}}" };
    const step = {
      request: "POST /v1/items?n={{sequence}}",
      data,
      headers,
      checks: ["status == 200"],
    };
    const { operations, requests } = await asked(protocol, [{ steps: [step] }]);
    const [{ name, counts }] = operations;
    expect([name, counts.ok]).toEqual(["POST /v1/items", counts.intended]);
    const first = requests.find(({ line }) => line === "POST /v1/items?n=0");
    expect(first?.body).toBe('{"name":"user-10"}');
    expect(first?.headers).toMatchObject({
      "content-type": "application/json",
      "x-team": "search",
    });
    expect(first?.headers["x-request"]).toMatch(/^[\da-f]{8}$/);
  });

  it("have paths of whatever a function gives", async () => {
    const request = "GET /items?name={{pick 'Zoë B'}}&{{pick a=1&b=%20}}";
    const { operations, requests } = await asked(protocol, [{ steps: [{ request }] }]);
    expect(operations[0].counts.ok).toBe(operations[0].counts.intended);
    expect(requests[0].line).toBe("GET /items?name=Zo%C3%AB%20B&a=1&b=%20");
  });

  it("count an HTTP status as itself, and take one that is expected for good", async () => {
    const { operations } = await asked(protocol, [
      { steps: [{ request: "GET /missing", name: "unexpected" }] },
      { steps: [{ request: "GET /missing", name: "expected", checks: ["status == 404"] }] },
      {
        steps: [{ request: "GET /", name: "other", checks: ["header.x-kind == test", "$.id > 0"] }],
      },
    ]);
    const [unexpected, expected, other] = operations;
    expect(unexpected.statuses.get(404)).toBe(unexpected.counts.intended);
    for (const { counts } of [expected, other]) expect(counts.ok).toBe(counts.intended);
  });

  it("are not good that no answer came to, whatever status is expected", async () => {
    const steps = [{ request: "GET /cut", checks: ["status != 500"] }];
    const { operations } = await asked(protocol, [{ steps }]);
    const [{ counts, statuses }] = operations;
    expect([counts.ok, counts.failed + counts.notSent]).toEqual([0, counts.intended]);
    const lost = protocol === "http/2" ? "stream reset" : "connection closed";
    expect([...statuses.keys()].map(statusName)).toContain(lost);
  });

  it("are good where the answer is that it is elsewhere, which is said, unless that was expected", async () => {
    const moved = { request: "GET /moved" };
    const { operations, sentences } = await asked(protocol, [
      { steps: [{ ...moved, name: "plain" }] },
      { steps: [{ ...moved, name: "expected", checks: ["status == 301"] }] },
      { steps: [{ request: "GET /", name: "here" }] },
    ]);
    for (const { counts } of operations) expect(counts.ok).toBe(counts.intended);
    expect(sentences).toEqual([
      `plain: ${operations[0].counts.ok} answers say that it is elsewhere (the first HTTP 301, https://shop.test/?token=***). They count as good, and nobody follows them: ask there, or give --check 'status == 200'.`,
    ]);
  });

  it("go without a body, as HEAD, and with one that is no JSON", async () => {
    const { operations, requests } = await asked(protocol, [
      { steps: [{ request: "HEAD /v1" }, { request: "PUT /v1", body: "<a>{{sequence}}</a>" }] },
    ]);
    for (const { counts } of operations) expect(counts.ok).toBe(operations[0].counts.intended);
    expect(requests.find(({ line }) => line === "PUT /v1")?.body).toMatch(/^<a>\d+<\/a>$/);
  });
});
