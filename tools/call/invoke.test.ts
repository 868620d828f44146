import { Readable } from "node:stream";
import type { FileRegistry } from "@bufbuild/protobuf";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EventServiceService } from "#gen/event/v1/event.ts";
import { resourceExhausted, unavailable } from "../../services/platform/grpc/errors/errors.ts";
import {
  type GrpcServer,
  implement,
  startGrpcServer,
} from "../../services/platform/grpc/server/server.ts";
import { createLogger } from "../../services/platform/telemetry/logger.ts";
import { createMetrics } from "../../services/platform/telemetry/metrics.ts";
import { findMethod, findService, loadApi } from "./api.ts";
import { failureText } from "./failure.ts";
import { invoke } from "./invoke.ts";
import { printMessage } from "./json.ts";
import { requestsOf } from "./requests.ts";

let api: FileRegistry;
let server: GrpcServer;

beforeAll(async () => {
  api = await loadApi();
  const echo = implement(EventServiceService, {
    publish: async () => {
      throw resourceExhausted("the queue is full", 1_500);
    },
    async *consume(requests) {
      for await (const { step } of requests) {
        const payload = Buffer.from(step?.$case ?? "none");
        yield { deliveries: [{ tag: 2n ** 53n + 1n, payload, redeliveryCount: 0 }] };
      }
    },
    getQueueStats: (_request, call) => {
      if (call.requestId === "full") throw unavailable("the store could not write");
      if (call.requestId !== "mine") throw unavailable("who asks?", { reason: "NO_NAME" });
      return { queues: [] };
    },
  });
  const log = createLogger("call-test", "silent");
  const metrics = createMetrics("call-test");
  const times = { defaultDeadlineMs: 60_000, drainMs: 1_000 };
  server = await startGrpcServer({ host: "127.0.0.1", port: 0, log, metrics, ...times }, [echo]);
});

afterAll(() => server.drain());

async function call(
  methodName: string,
  texts: readonly string[],
  { headers = [], lines = "" }: { headers?: [string, string][]; lines?: string } = {},
) {
  const method = findMethod(findService(api, "event"), methodName);
  const requests = requestsOf(api, method, texts, Readable.from([lines]));
  const { address } = server;
  const answers = invoke({ address, method, requests, headers, deadlineMs: 60_000 });
  return (await Array.fromAsync(answers)).map((one) => printMessage(api, method.output, one));
}

describe("a call", () => {
  test("sends its headers, and without JSON the empty request", async () => {
    const headers: [string, string][] = [["x-request-id", "mine"]];
    expect(await call("GetQueueStats", [], { headers })).toEqual(['{"queues":[]}']);
  });

  test("of a stream sends every argument, or every line, and prints every answer", async () => {
    const settle = '{"settle":{}}';
    const answers = await call("Consume", ['{"subscribe":{"queue":"q"}}', settle]);
    expect(answers).toHaveLength(2);
    expect(JSON.parse(answers[0]).deliveries[0]).toMatchObject({
      tag: "9007199254740993",
      payload: Buffer.from("subscribe").toString("base64"),
    });
    expect(await call("Consume", ["-"], { lines: `${settle}\n\n${settle}\n` })).toHaveLength(2);
  });

  test("that fails says code, message and details", async () => {
    const failure = (promise: Promise<unknown>) =>
      promise.then(
        () => "",
        (error) => failureText(error, "event", server.address),
      );
    expect(await failure(call("GetQueueStats", []))).toBe(
      "UNAVAILABLE: who asks?\n  reason: NO_NAME",
    );
    const headers: [string, string][] = [["x-request-id", "full"]];
    expect(await failure(call("GetQueueStats", [], { headers }))).toBe(
      "UNAVAILABLE: the store could not write",
    );
    expect(await failure(call("Publish", []))).toBe(
      "RESOURCE_EXHAUSTED: the queue is full\n  retry after: 1500 ms",
    );
  });

  test("of one request refuses several, and a wrong line of the input fails it", async () => {
    await expect(call("Publish", ["{}", "{}"])).rejects.toThrow("takes one request");
    await expect(call("Consume", ["-"], { lines: "{}\n{" })).rejects.toThrow("not JSON");
  });
});
