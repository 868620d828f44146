import { HISTOGRAMS } from "../../model/metrics.ts";
import type { Metrics } from "../../platform/telemetry/metrics.ts";
import type { HistogramSeries } from "../../platform/telemetry/series.ts";
import type { App } from "./types.ts";

/** Counts and times requests by route, method and status. Streams count when they end. */
export function measureRequests(app: App, metrics: Metrics): void {
  const family = metrics.histogram(HISTOGRAMS.httpSeconds);
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
