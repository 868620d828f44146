import { readFileSync } from "node:fs";
import { createFileRegistry, type DescMethod, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { Client, credentials, status } from "@grpc/grpc-js";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { inParallel } from "../../services/platform/concurrency/in-parallel.ts";
import { NEIGHBOURS } from "../../services/platform/config/ports.ts";
import { randomFrom } from "../../tools/limits/random.ts";
import { developmentToken } from "../../tools/token/development-token.ts";
import { faultOf } from "../support/fuzz/ask-route.ts";
import { askRpc } from "../support/fuzz/ask-rpc.ts";
import { fuzzedBytes } from "../support/fuzz/message.ts";
import { type OpenApi, operationsOf } from "../support/fuzz/operations.ts";
import { requestsTo } from "../support/fuzz/route.ts";
import { startTestMesh, type TestMesh } from "../support/mesh/mesh.ts";

/** In all, to RPCs and routes; TIDINGS_FUZZ_CALLS for more. */
const CALLS = Number(process.env.TIDINGS_FUZZ_CALLS ?? 100_000);
/** Through the gateway one costs as much as several RPCs. */
const TO_ROUTES = 0.1;
/** What a machine that does nothing else takes for one, many times over. */
const MOST_MS_A_CALL = 10;
const TIMEOUT_MS = 60_000 + CALLS * MOST_MS_A_CALL;
const SEED = Number(process.env.TIDINGS_FUZZ_SEED ?? 16);
const AT_ONCE = 16;
/** Most of them wait, for what does not come. */
const STREAMS_AT_ONCE = 64;
const DESCRIPTORS = new URL("../../gen/descriptors.binpb", import.meta.url);
/** What no request may bring a service to: a fault that nobody foresaw. */
const FAULTS: readonly number[] = [status.INTERNAL, status.UNKNOWN, status.DATA_LOSS];

const methods = [
  ...createFileRegistry(fromBinary(FileDescriptorSetSchema, readFileSync(DESCRIPTORS))),
]
  .flatMap((type) => (type.kind === "service" ? type.methods : []))
  .filter(({ parent }) => parent.typeName.startsWith("tidings."));

/** The gateway's own limits are another test's. */
const ROOMY = {
  TIDINGS_GATEWAY_RATE_LIMIT: "10000000",
  TIDINGS_GATEWAY_STREAM_OPENINGS: "10000000",
  TIDINGS_GATEWAY_STREAMS_PER_USER: "1000",
};

let mesh: TestMesh;
beforeAll(async () => {
  mesh = await startTestMesh({ neighbours: NEIGHBOURS, env: ROOMY });
});
afterAll(() => mesh?.end());

/** The process that serves a method. */
function portOf({ parent }: DescMethod): number {
  const name = /^tidings\.(\w+)\./.exec(parent.typeName)?.[1] ?? "";
  const { post, friend, ranking, timeline, neighbours } = mesh.ports;
  const ports: Record<string, number | undefined> = { post, friend, ranking, ...neighbours };
  return ports[name] ?? (name === "event" ? post : timeline[0]);
}

it(
  `answers whatever its RPCs are sent, by seed ${SEED}`,
  async () => {
    const random = randomFrom(SEED);
    const each = Math.ceil((CALLS * (1 - TO_ROUTES)) / methods.length);
    const jobs = Array.from({ length: each }, () => methods).flat();
    const [unary, streams] = [true, false].map((wanted) =>
      jobs.filter(({ methodKind }) => (methodKind === "unary") === wanted),
    );
    const clients = new Map<number, Client>();
    const faults = new Map<string, string>();
    const ask = async (method: DescMethod) => {
      const port = portOf(method);
      const client = clients.getOrInsertComputed(
        port,
        () => new Client(`${mesh.host}:${port}`, credentials.createInsecure()),
      );
      const path = `/${method.parent.typeName}/${method.name}`;
      const bytes = fuzzedBytes(method.input, random);
      const { code, details } = await askRpc(client, path, bytes, method.methodKind);
      const request = Buffer.from(bytes).toString("hex").slice(0, 400);
      if (FAULTS.includes(code)) faults.set(path, `${code} ${details}: ${request}`);
    };
    await Promise.all([inParallel(AT_ONCE, unary, ask), inParallel(STREAMS_AT_ONCE, streams, ask)]);
    for (const client of clients.values()) client.close();
    expect(Object.fromEntries(faults)).toEqual({});
    expect([...mesh.processes.values()].filter(({ isRunning }) => !isRunning)).toEqual([]);
  },
  TIMEOUT_MS,
);

it(
  `answers whatever its routes are sent, as they document it, by seed ${SEED}`,
  async () => {
    const url = `http://${mesh.host}:${mesh.ports.gateway}`;
    const token = await developmentToken(7n, { TIDINGS_DATA_DIR: mesh.dataDir });
    const answer = await fetch(`${url}/openapi.json`);
    const document = (await answer.json()) as OpenApi;
    const operations = operationsOf(document);
    expect(operations.length).toBeGreaterThan(25);
    const each = Math.ceil((CALLS * TO_ROUTES) / operations.length);
    await inParallel(AT_ONCE, operations, async (operation) => {
      const holds = fc.asyncProperty(requestsTo(operation), async (request) => {
        expect(await faultOf(url, token, operation, request)).toBeUndefined();
      });
      // The first that fails is printed as it is: making it smaller would take many more requests.
      await fc.assert(holds, { seed: SEED, numRuns: each, endOnFailure: true });
    });
  },
  TIMEOUT_MS,
);
