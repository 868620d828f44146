import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { until } from "../../../test/support/until.ts";
import { PortInUseError } from "../lifecycle/port-in-use.ts";
import { createMetrics, lagHistogram } from "./metrics.ts";
import { startMetricsServer } from "./metrics-server.ts";

function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
}

describe("metrics", () => {
  it("print counters and gauges with labels and service", async () => {
    const metrics = createMetrics("post");
    const family = metrics.counter({ name: "posts_total", help: "Posts", labelNames: ["kind"] });
    family.series("new").add();
    family.series("new").add(2);
    family.series("old").add();
    let depth = 1;
    metrics.gauge({ name: "depth", help: "Depth" }, () => depth);
    depth = 7;
    const text = await metrics.registry.metrics();
    expect(text).toContain('posts_total{kind="new",service="post"} 3');
    expect(text).toContain('posts_total{kind="old",service="post"} 1');
    expect(text).toContain('depth{service="post"} 7');
  });

  it("are there though one that is read from a store fails, which nobody knows then", async () => {
    const metrics = createMetrics("post");
    metrics.gauge({ name: "depth", help: "Depth" }, () => Promise.reject(new Error("no store")));
    metrics.gauge({ name: "size", help: "Size" }, () => {
      throw new Error("no store");
    });
    // One that stands still, as a stopped process does.
    metrics.gauge({ name: "asked", help: "Asked" }, () => new Promise<number>(() => {}));
    metrics.gauge({ name: "known", help: "Known" }, () => 7);
    const text = await metrics.registry.metrics();
    expect(text).toContain('depth{service="post"} Nan');
    expect(text).toContain('size{service="post"} Nan');
    expect(text).toContain('asked{service="post"} Nan');
    expect(text).toContain('known{service="post"} 7');
  });

  it("print the same counts however often they are scraped", async () => {
    const metrics = createMetrics("post");
    metrics.counter({ name: "posts_total", help: "Posts" }).series().add(5);
    await metrics.registry.metrics();
    expect(await metrics.registry.metrics()).toContain('posts_total{service="post"} 5');
  });

  it("print histograms with cumulative buckets; a bound belongs to its bucket", async () => {
    const metrics = createMetrics("post");
    const seconds = metrics
      .histogram({ name: "seconds", help: "Time", labelNames: ["rpc"], bounds: [1, 2] })
      .series("get");
    for (const value of [0.5, 1, 1.5, 9]) seconds.observe(value);
    seconds.observe(2, 10);
    const lines = (await metrics.registry.metrics()).split("\n");
    const labels = 'rpc="get",service="post"';
    expect(lines.filter((line) => line.startsWith("seconds"))).toEqual([
      `seconds_bucket{${labels.replace(",", ',le="1",')}} 2`,
      `seconds_bucket{${labels.replace(",", ',le="2",')}} 13`,
      `seconds_bucket{${labels.replace(",", ',le="+Inf",')}} 14`,
      `seconds_sum{${labels}} 32`,
      `seconds_count{${labels}} 14`,
    ]);
  });

  it("give one family for one name", () => {
    const metrics = createMetrics("timeline");
    expect(lagHistogram(metrics)).toBe(lagHistogram(metrics));
  });
});

describe("the metrics server", () => {
  it("serves metrics, with those of the process, and health", async () => {
    let isHealthy = true;
    await using server = await startMetricsServer({
      host: "127.0.0.1",
      port: 0,
      metrics: createMetrics("post"),
      isHealthy: () => isHealthy,
    });
    const get = (path: string) => fetch(`http://127.0.0.1:${server.port}${path}`);
    const text = await (await get("/metrics")).text();
    expect(text).toMatch(/nodejs_eventloop_lag_p99_seconds\{service="post"\} \d/);
    expect(text).toMatch(/process_resident_memory_bytes\{service="post"\} \d+/);
    collectGarbage();
    await until(async () =>
      /nodejs_gc_duration_seconds_count\{kind="major",service="post"\} [1-9]/.test(
        await (await get("/metrics")).text(),
      ),
    );
    expect((await get("/healthz")).status).toBe(200);
    isHealthy = false;
    expect((await get("/healthz")).status).toBe(503);
    expect((await get("/other")).status).toBe(404);
  });

  it("names the port that is in use", async () => {
    const metrics = createMetrics("post");
    const host = "127.0.0.1";
    await using server = await startMetricsServer({ host, port: 0, metrics });
    const second = startMetricsServer({ host, port: server.port, metrics: createMetrics("x") });
    await expect(second).rejects.toThrow(PortInUseError);
  });
});
