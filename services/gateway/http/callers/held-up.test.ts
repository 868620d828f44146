import { once } from "node:events";
import { type AddressInfo, connect } from "node:net";
import { fastify } from "fastify";
import { expect, it } from "vitest";
import { until } from "../../../../test/support/until.ts";
import { COUNTERS } from "../../../model/metrics.ts";
import { ManualClock } from "../../../platform/clock/manual-clock.ts";
import { createMetrics } from "../../../platform/telemetry/metrics.ts";
import { valueIn } from "../../../platform/telemetry/read-exposition.ts";
import type { App } from "../types.ts";
import { admitRequests } from "./admission.ts";

/** What one address may hold of 200 places: four times what is left of them. */
const ONE_ADDRESS = 160;
const [FLOOD, OTHER] = ["127.0.0.1", "127.0.0.2"];
const ASK = "GET /stuck HTTP/1.1\r\nHost: x\r\n\r\n";

it("reads an address that is refused and asks again at once no faster than it can refuse", async () => {
  const metrics = createMetrics("test");
  const clock = new ManualClock();
  const gate = Promise.withResolvers<string>();
  const app: App = fastify();
  let users = 0n;
  app.decorateRequest("caller");
  let came = 0;
  app.addHook("onRequest", ({ ip }, _reply, done) => {
    if (ip === FLOOD) came++;
    done();
  });
  const busyMs = () => 2 * performance.now();
  admitRequests(app, { metrics, streams: new Set(), random: Math.random, clock, busyMs });
  app.addHook("onRequest", (request, _reply, done) => {
    request.caller = { userId: users++, expiresMs: Infinity };
    done();
  });
  let asked = 0;
  app.get("/stuck", () => {
    asked++;
    return gate.promise;
  });
  await app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const dial = (localAddress: string) => connect({ host: "127.0.0.1", port, localAddress });
  const held = dial(FLOOD).resume();
  held.write(ASK.repeat(ONE_ADDRESS));
  await until(() => asked === ONE_ADDRESS);
  const flood = dial(FLOOD).resume();
  const isHeldUp = async () =>
    valueIn(await metrics.registry.metrics(), COUNTERS.admissionHeldUp.name) > 0;
  while (!(await isHeldUp())) {
    const before = came;
    flood.write(ASK.repeat(100));
    await until(async () => came > before || (await isHeldUp()));
  }
  const before = came;
  flood.write(ASK);
  const other = dial(OTHER);
  for (let answers = 0; answers < 20; answers++) {
    other.write("GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n");
    await once(other, "data");
  }
  expect(came).toBe(before);
  await clock.advance(1_000);
  await until(() => came > before);
  gate.resolve("");
  for (const socket of [held, flood, other]) socket.destroy();
  await app.close();
});
