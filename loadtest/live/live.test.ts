import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { simulate, stepsAt } from "../run/testing/simulate.ts";
import { Frames } from "./live-frame.ts";
import { LivePage } from "./live-page.ts";
import { joinLive, liveOperations } from "./live-sample.ts";
import { OtlpSender, otlpOf } from "./otlp.ts";
import { liveText } from "./terminal.ts";

const RECORDER = simulate(stepsAt(Array.from({ length: 100 }, (_, i) => i * 1_000)), {
  server: { serviceMicros: 2_000, statusOf: (n) => (n < 10 ? 14 : 0) },
});
const SCENARIO = {
  name: "steady",
  warmUpSeconds: 2,
  seconds: 10,
  thresholds: ["p99(timeline.get) < 50ms", "failed(timeline.get) <= 50%", "p99(lag) < 1s"],
};

function frame() {
  const both = [liveOperations(RECORDER, 2), liveOperations(RECORDER, 2)];
  return new Frames(SCENARIO).of(4, joinLive(both));
}

const LIVE = { intended: 0, ok: 0, failed: 0, p50Ms: 1, p99Ms: 1, maxMs: 1, latenessMs: 0 };
const live = (sent: number, measuredSeconds: number) => [
  { ...LIVE, name: "a", sent, measuredSeconds },
];

describe("a run while it goes on", () => {
  it("adds generators up, and says what stands so far", () => {
    const { operations, thresholds, isWarmUp } = frame();
    expect(operations).toMatchObject([
      {
        name: "timeline.get",
        intended: 200,
        sent: 200,
        ok: 180,
        failed: 20,
        p50Ms: 2,
        perSecond: 100,
      },
    ]);
    expect(thresholds.map(({ stands }) => stands)).toEqual(["broken", "holds", "unknown"]);
    expect(isWarmUp).toBe(false);
  });

  it("has a rate once enough is measured, of what was measured alone", () => {
    const frames = new Frames(SCENARIO);
    const rate = (...[sent, seconds]: [number, number]) =>
      frames.of(0, live(sent, seconds)).operations[0].perSecond;
    // As a run of 40 a second was seen, from its first sample on, and over the end of a warm-up.
    expect(rate(0, 0)).toBeUndefined();
    expect(rate(2, 0.05)).toBeUndefined();
    expect(rate(42, 1.05)).toBeCloseTo(40);
    expect(rate(43, 1.08)).toBeUndefined();
    expect(rate(82, 2.05)).toBeCloseTo(40);
  });

  it("shows no time that the generator was too late to know, nor one of nothing", () => {
    const freezes = [{ fromMicros: 10_000, toMicros: 90_000 }];
    const late = simulate(stepsAt(Array.from({ length: 100 }, (_, i) => i * 1_000)), {
      server: { serviceMicros: 2_000 },
      freezes,
    });
    const of = (...parts: Parameters<typeof liveOperations>[0][]) =>
      new Frames(SCENARIO).of(4, joinLive(parts.map((one) => liveOperations(one, 2))));
    const spoilt = of(late, RECORDER);
    expect(spoilt.operations[0]).toMatchObject({ p50Ms: "INVALID", p99Ms: "INVALID" });
    expect(spoilt.thresholds[0].stands).toBe("unknown");
    expect(liveText(spoilt)).toMatch(/timeline\.get .*INVALID/);
    expect(JSON.stringify(otlpOf(spoilt, "monday", 1_000))).not.toMatch(/INVALID|null/);
    const nothing = of(simulate([], { server: { serviceMicros: 1 } }));
    expect(liveText(nothing)).toMatch(/timeline\.get +0|timeline\.get .*–/);
    expect(liveText(nothing)).not.toContain("0.00 ms");
  });

  it("is lines for a terminal", () => {
    const text = liveText(frame());
    expect(text).toContain("steady: second 4 of 12");
    expect(text).toMatch(/timeline\.get +100\.0 +180 +20 +2\.00 ms/);
    expect(text).toContain("broken so far p99(timeline.get) < 50ms");
  });

  it("is a page that tells whoever comes late, too", async () => {
    await using page = await LivePage.open(0);
    page.show(frame());
    expect(await (await fetch(page.url)).text()).toContain("EventSource");
    const events = await fetch(`${page.url}events`);
    const reader = events.body?.getReader();
    const first = new TextDecoder().decode((await reader?.read())?.value);
    expect(JSON.parse(first.slice("data: ".length))).toMatchObject({ name: "steady", atSecond: 4 });
    await reader?.cancel();
  });

  it("says what to do when its page's port is taken, or its collector's URL is none", async () => {
    await using page = await LivePage.open(0);
    const taken = Number(new URL(page.url).port);
    const message = `--live-page: port ${taken} can't be had`;
    await expect(LivePage.open(taken)).rejects.toThrow(new RegExp(`^${message} .* or 0 for any`));
    for (const url of ["notaurl", "localhost:4318", "http://"]) {
      const making = OtlpSender.open(url, "monday");
      await expect(making).rejects.toThrow(RangeError);
      await expect(making).rejects.toThrow(
        `--otlp: "${url}" is no URL: give it as http://localhost:4318`,
      );
    }
  });

  it("says at once where no collector is, and where one takes no metrics", async () => {
    await expect(OtlpSender.open("http://127.0.0.1:1", "monday")).rejects.toThrow(
      /^--otlp: http:\/\/127\.0\.0\.1:1\/v1\/metrics did not answer \(bad port\): start the/,
    );
    await using page = await LivePage.open(0); // a server, and no collector
    await expect(OtlpSender.open(page.url, "monday")).rejects.toThrow(
      /^--otlp: .*\/v1\/metrics answered 404: start the collector/,
    );
  });

  it("says what a collector refused that said OK", async () => {
    const refusal = { partialSuccess: { rejectedDataPoints: "8", errorMessage: "too old" } };
    const server = createServer((_, response) => response.end(JSON.stringify(refusal)));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    try {
      await expect(OtlpSender.open(`http://127.0.0.1:${port}`, "monday")).rejects.toThrow(
        /^--otlp: .*\/v1\/metrics refused 8 points: too old: start the collector/,
      );
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  it("is metrics for a collector, and goes on without one", async () => {
    const bodies: string[] = [];
    const server = createServer(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      bodies.push(`${request.url} ${body}`);
      response.end("{}");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    {
      await using sender = await OtlpSender.open(`http://127.0.0.1:${port}`, "monday");
      sender.send(frame(), 1_000);
    }
    expect(bodies[1]).toMatch(/^\/v1\/metrics \{"resourceMetrics":\[\{/);
    const away = await OtlpSender.open(`http://127.0.0.1:${port}`, "monday");
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
    away.send(frame());
    await away[Symbol.asyncDispose]();
    expect(away.failure).toContain(`127.0.0.1:${port}`);
    const { resourceMetrics } = otlpOf(frame(), "monday", 1_000) as {
      resourceMetrics: { scopeMetrics: { metrics: { name: string }[] }[] }[];
    };
    const names = resourceMetrics[0].scopeMetrics[0].metrics.map(({ name }) => name);
    expect(names).toContain("load_response_p99_ms");
    expect(names).toContain("load_failed_total");
  });
});
