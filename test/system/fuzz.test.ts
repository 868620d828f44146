import { readFileSync } from "node:fs";
import { createFileRegistry, type DescMethod, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { Client, credentials, status } from "@grpc/grpc-js";
import { afterAll, beforeAll, expect, it } from "vitest";
import { inParallel } from "../../services/platform/concurrency/in-parallel.ts";
import { NEIGHBOURS } from "../../services/platform/config/ports.ts";
import { randomFrom } from "../../tools/limits/random.ts";
import { fuzzedBytes } from "../support/fuzz/message.ts";
import { startTestMesh, type TestMesh } from "../support/mesh/mesh.ts";

/** Of each RPC; TIDINGS_FUZZ_CALLS for more. */
const CALLS_EACH = Number(process.env.TIDINGS_FUZZ_CALLS ?? 25);
const SEED = Number(process.env.TIDINGS_FUZZ_SEED ?? 16);
const AT_ONCE = 16;
const DEADLINE_MS = 10_000;
const DESCRIPTORS = new URL("../../gen/descriptors.binpb", import.meta.url);
/** What no request may bring a service to: a fault that nobody foresaw. */
const FAULTS: readonly number[] = [status.INTERNAL, status.UNKNOWN, status.DATA_LOSS];

const methods = [
  ...createFileRegistry(fromBinary(FileDescriptorSetSchema, readFileSync(DESCRIPTORS))),
]
  .flatMap((type) => (type.kind === "service" ? type.methods : []))
  .filter(({ parent }) => parent.typeName.startsWith("tidings."));

let mesh: TestMesh;
beforeAll(async () => {
  mesh = await startTestMesh({ neighbours: NEIGHBOURS });
});
afterAll(() => mesh?.end());

/** The process that serves a method. */
function portOf({ parent }: DescMethod): number {
  const name = /^tidings\.(\w+)\./.exec(parent.typeName)?.[1] ?? "";
  const { post, friend, ranking, timeline, neighbours } = mesh.ports;
  const ports: Record<string, number | undefined> = { post, friend, ranking, ...neighbours };
  return ports[name] ?? (name === "event" ? post : timeline[0]);
}

const asIs = (bytes: Buffer) => bytes;

function call(client: Client, path: string, bytes: Uint8Array) {
  const stream = client.makeBidiStreamRequest(path, asIs, asIs, {
    deadline: Date.now() + DEADLINE_MS,
  });
  return new Promise<{ code: number; details: string }>((resolve) => {
    stream.on("data", () => stream.cancel());
    stream.on("error", () => {});
    stream.on("status", resolve);
    stream.write(Buffer.from(bytes));
    stream.end();
  });
}

it(`answers whatever it is sent, by seed ${SEED}`, async () => {
  const random = randomFrom(SEED);
  const jobs = Array.from({ length: CALLS_EACH }, () => methods).flat();
  const clients = new Map<number, Client>();
  const faults = new Map<string, string>();
  await inParallel(AT_ONCE, jobs, async (method) => {
    const port = portOf(method);
    const client = clients.getOrInsertComputed(
      port,
      () => new Client(`${mesh.host}:${port}`, credentials.createInsecure()),
    );
    const path = `/${method.parent.typeName}/${method.name}`;
    const bytes = fuzzedBytes(method.input, random);
    const { code, details } = await call(client, path, bytes);
    const request = Buffer.from(bytes).toString("hex").slice(0, 400);
    if (FAULTS.includes(code)) faults.set(path, `${code} ${details}: ${request}`);
  });
  for (const client of clients.values()) client.close();
  expect(Object.fromEntries(faults)).toEqual({});
  expect([...mesh.processes.values()].filter(({ isRunning }) => !isRunning)).toEqual([]);
});
