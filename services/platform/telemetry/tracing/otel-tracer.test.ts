import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type OtlpReceiver, startOtlpReceiver } from "../../../../test/support/otlp-receiver.ts";
import { isSampled, traceIdsOf } from "../../../model/traceparent.ts";
import { createLogger } from "../logger.ts";
import { openTracer } from "./open-tracer.ts";
import type { Tracer } from "./tracer.ts";

const log = createLogger("test", "silent");
let receiver: OtlpReceiver;
beforeAll(async () => {
  receiver = await startOtlpReceiver();
});
afterAll(() => receiver[Symbol.asyncDispose]());

/** What is left is sent when it closes. */
async function withTracer(perMillion: number, use: (tracer: Tracer) => void): Promise<void> {
  await using parts = new AsyncDisposableStack();
  const config = { tracesUrl: receiver.url, tracesPerMillion: perMillion };
  const tracer = await openTracer(parts, { service: "test", config, log });
  if (tracer) use(tracer);
}

const ROOT = { name: "root", kind: "server" } as const;

describe("a tracer", () => {
  it("is none, and imports nothing, when there is nowhere to send to", async () => {
    await using parts = new AsyncDisposableStack();
    const config = { tracesUrl: "", tracesPerMillion: 1_000_000 };
    expect(await openTracer(parts, { service: "test", config, log })).toBeUndefined();
  });

  it("sends spans with their parents, links, attributes and failures", async () => {
    let link = "";
    await withTracer(1_000_000, (tracer) => {
      const other = tracer.begin(ROOT);
      link = other?.traceparent ?? "";
      other?.end();
      const root = tracer.begin(ROOT);
      const attributes = { "rpc.method": "a/B", count: 3 };
      const plan = { name: "child", kind: "client", parent: root?.traceparent } as const;
      tracer.begin({ ...plan, links: [link], attributes })?.end("UNAVAILABLE");
      root?.end();
    });
    const child = receiver.spans.find(({ name }) => name === "child");
    const root = receiver.spans.find(({ spanId }) => spanId === child?.parentId);
    expect(root).toMatchObject({ name: "root", parentId: "", traceId: child?.traceId });
    expect(child).toMatchObject({
      ...{ service: "test", kind: 3, links: [traceIdsOf(link)?.spanId] },
      attributes: { "rpc.method": "a/B", count: "3", "error.type": "UNAVAILABLE" },
    });
  });

  it("begins traces by the sampling, and goes on with those that are recorded", async () => {
    await withTracer(0, (tracer) => {
      expect(tracer.begin(ROOT)).toBeUndefined();
      expect(tracer.begin({ ...ROOT, parent: tracer.untraced })).toBeUndefined();
      const parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
      const span = tracer.begin({ ...ROOT, parent });
      expect(span?.traceId).toBe("4bf92f3577b34da6a3ce929d0e0e4736");
      span?.end();
      expect(isSampled(tracer.untraced)).toBe(false);
    });
    await withTracer(100_000, (tracer) => {
      const begun = Array.from({ length: 2_000 }, () => tracer.begin(ROOT)).filter(Boolean);
      expect(begun.length).toBeGreaterThan(100);
      expect(begun.length).toBeLessThan(320);
    });
  });
});
