import type { Metrics } from "../../platform/telemetry/metrics.ts";
import type { HistogramSeries } from "../../platform/telemetry/series.ts";
import type { App } from "./types.ts";

const BOUNDS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Counts and times requests by route, method and status. Streams count when they end. */
export function measureRequests(app: App, metrics: Metrics): void {
  const family = metrics.histogram({
    name: "http_request_duration_seconds",
    help: "From the head of a request to the end of its answer",
    labelNames: ["route", "method", "status"],
    bounds: BOUNDS_SECONDS,
  });
  // Labels come from routes, never from URLs: their number is bounded.
  const seriesByRoute = new Map<string, Map<number, HistogramSeries>>();
  app.addHook("onResponse", (request, reply, done) => {
    const { url = "unknown", method = "" } = request.routeOptions;
    const name = String(method);
    const byStatus = seriesByRoute.getOrInsertComputed(`${name} ${url}`, () => new Map());
    byStatus
      .getOrInsertComputed(reply.statusCode, (status) => family.series(url, name, String(status)))
      .observe(reply.elapsedTime / 1_000);
    done();
  });
}
