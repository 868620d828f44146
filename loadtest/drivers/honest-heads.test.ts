import { afterEach, beforeEach, expect, it } from "vitest";
import { COUNTERS } from "../../services/model/metrics.ts";
import { ManualClock } from "../../services/platform/clock/manual-clock.ts";
import { type Echo, startEcho } from "../../services/platform/grpc/testing/echo-server.ts";
import { EchoService } from "../../services/platform/grpc/testing/echo-service.ts";
import { valueIn } from "../../services/platform/telemetry/read-exposition.ts";
import type { Driver, Headers } from "./driver.ts";
import { openGrpcDriver } from "./grpc/grpc-driver.ts";
import { openRawDriver } from "./http2/raw-driver.ts";

const DRIVERS = [
  { name: "the raw driver, which sends all heads in full", open: openRawDriver },
  { name: "grpc-js", open: openGrpcDriver },
];
/** Far more than a connection may send of what is no message: a clock that stands still adds nothing to that. */
const CALLS = 600;
const TOKEN_BYTES = 4_000;
const FIELDS = 20;
const FIELD_BYTES = 40;

let open: AsyncDisposableStack;
beforeEach(() => {
  open = new AsyncDisposableStack();
});
afterEach(() => open.disposeAsync());

async function count(
  { metrics }: Echo,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<number> {
  return valueIn(await metrics.registry.metrics(), name, labels);
}

/** As of a user behind whom a proxy and a mesh have added what they add. */
function headersOf(user: number): Headers {
  const fields = Array.from({ length: FIELDS }, (_, field) => [
    `x-field-${field}`,
    String(field).padStart(FIELD_BYTES, "v"),
  ]);
  return {
    authorization: `Bearer ${String(user).padStart(TOKEN_BYTES, "t")}`,
    ...Object.fromEntries(fields),
  };
}

function called(driver: Driver, user: number): Promise<number> {
  const waits = { writtenMicros: -1, slotWaitMicros: 0, flowWaitMicros: 0 };
  const message = EchoService.say.requestSerialize({ text: "hello" });
  const call = { operation: 0, message, parts: { headers: headersOf(user) }, ...waits };
  return new Promise((resolve) => driver.send(call, resolve));
}

it.each(DRIVERS)(
  "$name is read as fast as it sends tokens of 4 KB and many fields",
  async (kind) => {
    const echo = open.use(await startEcho({}, { server: { clock: new ManualClock() } }));
    const { path } = EchoService.say;
    const target = { path, addresses: [echo.server.address], timeoutMs: 20_000 };
    const driver = await kind.open([target], { connections: 1 });
    open.defer(() => driver.close());
    for (let user = 0; user < CALLS; user += 20) {
      const calls = Array.from({ length: 20 }, (_, i) => called(driver, user + i));
      expect(new Set(await Promise.all(calls))).toEqual(new Set([0]));
    }
    expect(await count(echo, COUNTERS.connectionsHeldUp.name)).toBe(0);
    expect(await count(echo, COUNTERS.connectionsEnded.name, { by: "fault" })).toBe(0);
  },
);
