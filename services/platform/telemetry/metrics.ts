import { Registry } from "prom-client";
import {
  HISTOGRAMS,
  type HistogramDefinition,
  type MetricDefinition,
} from "../../model/metrics.ts";
import { openMetricsPage } from "./open-metrics.ts";
import {
  type CounterSeries,
  type Family,
  type HistogramSeries,
  registerCounter,
  registerGauge,
  registerHistogram,
} from "./series.ts";
import type { Tracer } from "./tracing/tracer.ts";

/**
 * What one process tells of itself: its metrics, with a registry of their own, and its spans. A name is registered
 * once.
 */
export interface Metrics {
  /** Whose they are. */
  readonly service: string;
  readonly registry: Registry;
  /** The page in OpenMetrics, with exemplars: traces that show an observation. */
  openMetrics(): Promise<string>;
  /** Undefined: nothing is traced. */
  readonly tracer: Tracer | undefined;
  /** Counters: `counter({ name, help, labelNames }).series("a").add()`; keep the series on hot paths. */
  counter(options: MetricDefinition): Family<CounterSeries>;
  /** Histograms: `.series().observe(seconds)`. `bounds` ascend; +Inf is added. */
  histogram(options: HistogramDefinition): Family<HistogramSeries>;
  /** A gauge that `read` gives when scraped. */
  gauge(options: MetricDefinition, read: () => number | Promise<number>): void;
}

/** Metrics whose every series carries `service`. Asking again for a name gives the same family. */
export function createMetrics(service: string, tracer?: Tracer): Metrics {
  const registry = new Registry();
  const labels = { service };
  registry.setDefaultLabels(labels);
  const counters = new Map<string, Family<CounterSeries>>();
  const histograms = new Map<string, Family<HistogramSeries>>();
  return {
    service,
    registry,
    openMetrics: () => openMetricsPage(registry, labels),
    tracer,
    counter: (options) =>
      counters.getOrInsertComputed(options.name, () => registerCounter(registry, options)),
    histogram: (options) =>
      histograms.getOrInsertComputed(options.name, () => registerHistogram(registry, options)),
    gauge: (options, read) => registerGauge(registry, options, read),
  };
}

/** Lag: seconds from a post's acknowledgement until its entry can be read. The product's health. */
export function lagHistogram(metrics: Metrics): HistogramSeries {
  return metrics.histogram(HISTOGRAMS.lag).series();
}
