import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { eventText } from "../../services/gateway/http/streams/event-writer.ts";
import { ManualClock } from "../../services/platform/clock/manual-clock.ts";
import { until } from "../../test/support/until.ts";
import { holdStreams, STREAM_COUNTERS } from "./hold-streams.ts";

const ENTRY = eventText("entry", { post_id: "1" }, "c1");
let started = new AsyncDisposableStack();
afterEach(async () => {
  await started.disposeAsync();
  started = new AsyncDisposableStack();
});

/** A gateway by hand, that takes at most so many streams. */
async function gateway(most = Number.POSITIVE_INFINITY) {
  const streams: ServerResponse[] = [];
  const asked: IncomingMessage[] = [];
  const arrivals: (() => void)[] = [];
  const server = createServer((request, response) => {
    asked.push(request);
    if (asked.length > most) return response.writeHead(503).end();
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(`: connected\n\n${ENTRY}`);
    streams.push(response);
    arrivals.shift()?.();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  started.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    streams,
    asked,
    opened: () => new Promise<void>((resolve) => arrivals.push(resolve)),
  };
}

function options(address: string, nowMicros: () => number) {
  return {
    gateways: [address],
    viewers: [7, 8],
    tokens: (person: number) => `token-of-${person}`,
    clock: { nowMicros },
    fromMicros: 1e6,
    time: new ManualClock(),
  };
}

it("holds a stream of each, counts what comes in the measured part, and opens again what ends", async () => {
  const { address, streams, asked, opened } = await gateway();
  let now = 0;
  let looks = 0;
  const asking = options(address, () => {
    looks++;
    return now;
  });
  const held = started.use(await holdStreams(asking));
  const tokens = asked.map(({ headers }) => headers.authorization).toSorted();
  expect(tokens).toEqual(["Bearer token-of-7", "Bearer token-of-8"]);
  const count = (name: keyof typeof STREAM_COUNTERS) => held.counters().get(STREAM_COUNTERS[name]);
  // Both first pages have come, before the part that is measured.
  await until(() => looks === 2);
  expect([count("open"), count("entries")]).toEqual([2, 0]);
  now = 2e6;
  streams[0].write(ENTRY + ENTRY);
  await until(() => count("entries") === 2);
  const again = opened();
  streams[1].end();
  await until(() => count("ended") === 1);
  await asking.time.advance(1_000);
  await again;
  await until(() => count("open") === 2);
  expect(held.sentence()).toMatch(/^2 live streams are open; .*; 1 ended and were opened again\.$/);
});

it("says what to do when there is no place for all", async () => {
  const { address } = await gateway(1);
  await expect(holdStreams(options(address, () => 0))).rejects.toThrow(
    /opens no live stream \(status 503\) as number \d: ask for fewer/,
  );
});
