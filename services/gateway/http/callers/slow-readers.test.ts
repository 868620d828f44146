import { once } from "node:events";
import { type AddressInfo, connect } from "node:net";
import { fastify } from "fastify";
import { expect, it } from "vitest";
import { createMetrics } from "../../../platform/telemetry/metrics.ts";
import type { App } from "../types.ts";
import { admitRequests } from "./admission.ts";

/** More than the systems of both ends keep of what nobody reads. */
const ANSWER_BYTES = 64 * 1_024 * 1_024;

it("holds no place for an answer that is ready, and that its caller does not take", async () => {
  const metrics = createMetrics("test");
  const app: App = fastify();
  app.decorateRequest("caller");
  app.addHook("onRequest", (request, _reply, done) => {
    request.caller = { userId: 1n, expiresMs: Infinity };
    done();
  });
  admitRequests(app, { metrics, streams: new Set(), random: Math.random });
  app.get("/large", async () => Buffer.alloc(ANSWER_BYTES));
  await app.listen({ host: "127.0.0.1", port: 0 });
  const socket = connect((app.server.address() as AddressInfo).port, "127.0.0.1");
  socket.write("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
  await once(socket, "readable");
  const text = await metrics.registry.metrics();
  socket.destroy();
  await app.close();
  expect(text).toMatch(/tidings_admission_held_calls\{.*\} 0\n/);
});
