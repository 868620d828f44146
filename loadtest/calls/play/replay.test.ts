import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { replayScenario } from "../plan/replay-scenario.ts";
import type { TargetSpec } from "../spec/call-scenario.ts";
import { GREETER, startGreeter } from "../testing/greeter-server.ts";
import { briefScenario, playScenarioHere } from "../testing/play-here.ts";

/** Replays these lines within a moment. */
async function replay(target: TargetSpec, lines: readonly object[]) {
  const folder = await mkdtemp(join(tmpdir(), "load-replay-"));
  try {
    const file = join(folder, "trace.ndjson");
    await writeFile(file, lines.map((line) => JSON.stringify(line)).join("\n"));
    const { flows: _, perSecond: __, pace: ___, ...base } = briefScenario(target, []);
    return await playScenarioHere(await replayScenario(base, { file, speed: 10 }));
  } finally {
    await rm(folder, { recursive: true });
  }
}

interface Seen {
  readonly line: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

async function startKeeper() {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    seen.push({ line: `${request.method} ${request.url}`, headers: request.headers, body });
    response.end("{}");
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  const target = { addresses: [`127.0.0.1:${port}`], protocol: "http/1.1" } as const;
  return { seen, target, [Symbol.asyncDispose]: async () => void server.close() };
}

describe("a replay", () => {
  it("sends the bodies and headers of each record, and none where there is none", async () => {
    await using keeper = await startKeeper();
    const { operations } = await replay(keeper.target, [
      { time: 0, request: "POST /v1/items/1" },
      { time: 1, request: "POST /v1/items/2", body: { n: "{{uuid}}" }, headers: { "X-Id": "b" } },
      { time: 2, method: "POST", path: "/v1/items/3", body: "a=1", headers: { "x-id": "c" } },
      { time: 3, request: "POST /v1/items/4", data: { n: 4 } },
    ]);
    expect(operations.map(({ name, counts }) => [name, counts.ok])).toEqual([
      ["POST /v1/items/:id", 4],
    ]);
    const got = keeper.seen.map(({ line, body, headers }) => [
      line,
      body,
      headers["content-type"],
      headers["x-id"],
    ]);
    expect(got).toEqual([
      ["POST /v1/items/1", "", undefined, undefined],
      ["POST /v1/items/2", '{"n":"{{uuid}}"}', "application/json", "b"],
      ["POST /v1/items/3", "a=1", undefined, "c"],
      ["POST /v1/items/4", '{"n":4}', "application/json", undefined],
    ]);
  });

  it("sends messages and metadata of gRPC", async () => {
    await using server = await startGreeter();
    const target = { addresses: [`localhost:${server.port}`], protocol: "grpc" } as const;
    const method = `${GREETER}/SayHello`;
    const { operations } = await replay(target, [
      { time: 0, method, message: { name: "Ada" } },
      { time: 1, method, data: { name: "Bob" } },
    ]);
    expect(operations[0].counts.ok).toBe(2);
    expect(server.greeted.map(({ name }) => name)).toEqual(["Ada", "Bob"]);
  });

  it("is refused before any load when a call can't be made, or is of another protocol", async () => {
    await using server = await startGreeter();
    const target = { addresses: [`localhost:${server.port}`], protocol: "grpc" } as const;
    const method = `${GREETER}/SayHello`;
    const bad = [
      { time: 0, method, data: { name: "Ada" } },
      { time: 2, method, data: { nam: "Bob" } },
    ];
    await expect(replay(target, bad)).rejects.toThrow(
      /^greeter.SayHello at 0.2 s of the trace: data: this is no loadtest.greeter.v1.SayHelloRequest/,
    );
    await expect(replay(target, [{ time: 0, request: "GET /" }])).rejects.toThrow(
      "GET / of the trace is of HTTP: give --target http://HOST:PORT",
    );
    const http = { ...target, protocol: "http/1.1" } as const;
    await expect(replay(http, [{ time: 0, method }])).rejects.toThrow(
      `${method} of the trace is of gRPC: give --target HOST:PORT, without http://`,
    );
    expect(server.greeted).toEqual([]);
  });
});
