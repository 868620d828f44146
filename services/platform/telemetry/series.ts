import { Counter, Gauge, type Histogram, type Registry } from "prom-client";
import type { HistogramDefinition, MetricDefinition } from "../../model/metrics.ts";
import { systemClock } from "../clock/system-clock.ts";
import { settleWithin } from "../concurrency/settle-within.ts";

// Metrics for hot paths: plain numbers that are changed in place and read when scraped.
// prom-client's own children build and hash a label object for each change.

/** One number that only rises. */
export class CounterSeries {
  value = 0;

  add(count = 1): void {
    this.value += count;
  }
}

/** One observation, and the trace that shows it. */
export interface Exemplar {
  readonly labelSet: { readonly trace_id: string };
  readonly value: number;
  /** Seconds since the Unix epoch. */
  readonly timestamp: number;
}

/** Observations counted in buckets; `bounds` ascend, the last bucket is +Inf. */
export class HistogramSeries {
  readonly counts: Float64Array;
  sum = 0;
  /** Of each bucket the newest; undefined until there was one in any. */
  exemplars: (Exemplar | undefined)[] | undefined;
  readonly #bounds: readonly number[];

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.counts = new Float64Array(bounds.length + 1);
  }

  /** `traceId`: of the trace that shows this one, if there is one. */
  observe(value: number, count = 1, traceId?: string): void {
    const bounds = this.#bounds;
    let index = 0;
    while (index < bounds.length && value > bounds[index]) index++;
    this.counts[index] += count;
    this.sum += value * count;
    if (!traceId) return;
    this.exemplars ??= [];
    const timestamp = Date.now() / 1_000;
    this.exemplars[index] = { labelSet: { trace_id: traceId }, value, timestamp };
  }
}

/** The series of one metric, by label values. Look a series up once and keep it. */
export class Family<Series> {
  readonly options: MetricDefinition;
  readonly #create: () => Series;
  readonly #seriesByKey = new Map<string, { values: readonly string[]; series: Series }>();

  constructor(options: MetricDefinition, create: () => Series) {
    this.options = options;
    this.#create = create;
  }

  /** The series with these label values, in the order of `labelNames`. */
  series(...values: readonly string[]): Series {
    const key = values.join("\u0000");
    const known = this.#seriesByKey.get(key);
    if (known) return known.series;
    const series = this.#create();
    this.#seriesByKey.set(key, { values, series });
    return series;
  }

  /** Every series with its labels. */
  *entries(): Iterable<Labelled<Series>> {
    const { labelNames = [] } = this.options;
    for (const { values, series } of this.#seriesByKey.values()) {
      yield { labels: Object.fromEntries(labelNames.map((name, i) => [name, values[i]])), series };
    }
  }
}

/** Registers a counter whose series are plain numbers. */
export function registerCounter(
  registry: Registry,
  options: MetricDefinition,
): Family<CounterSeries> {
  const family = new Family(options, () => new CounterSeries());
  new Counter({
    ...promOptions(registry, options),
    collect() {
      this.reset();
      for (const { labels, series } of family.entries()) this.inc({ ...labels }, series.value);
    },
  });
  return family;
}

/** Registers a gauge that is read when scraped. */
export function registerGauge(
  registry: Registry,
  options: MetricDefinition,
  read: () => number | Promise<number>,
): void {
  new Gauge({
    ...promOptions(registry, options),
    async collect() {
      this.set(await readNow(read));
    },
  });
}

/** Who reads a page of metrics waits for it 2 s, or 10: a gauge that is asked elsewhere has less. */
const MAX_READ_MS = 1_000;

/** A store or service that does not answer now, or stands still, must not cost all other metrics: nobody knows. */
async function readNow(read: () => number | Promise<number>): Promise<number> {
  const settled = await settleWithin(Promise.try(read), MAX_READ_MS, systemClock);
  return settled.kind === "done" ? settled.value : Number.NaN;
}

/** Registers a histogram whose series are plain numbers. `bounds` ascend; +Inf is added. */
export function registerHistogram(
  registry: Registry,
  options: HistogramDefinition,
): Family<HistogramSeries> {
  const { name, help, bounds } = options;
  const family = new Family(options, () => new HistogramSeries(bounds));
  const get = async () => ({
    name,
    help,
    type: "histogram",
    aggregator: "sum",
    values: [...family.entries()].flatMap((entry) => histogramValues(name, bounds, entry)),
  });
  // prom-client's histogram cannot be given counts; its registry asks for no more than this.
  registry.registerMetric({ name, get } as unknown as Histogram);
  return family;
}

interface Labelled<Series> {
  readonly labels: Readonly<Record<string, string>>;
  readonly series: Series;
}

interface Value {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
  readonly exemplar?: Exemplar | undefined;
}

function histogramValues(
  name: string,
  bounds: readonly number[],
  { labels, series }: Labelled<HistogramSeries>,
): readonly Value[] {
  let count = 0;
  const buckets = Array.from(series.counts, (inBucket, index) => {
    count += inBucket;
    const le = bounds[index] ?? "+Inf";
    const exemplar = series.exemplars?.[index];
    return { metricName: `${name}_bucket`, labels: { ...labels, le }, value: count, exemplar };
  });
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels, value: series.sum },
    { metricName: `${name}_count`, labels, value: count },
  ];
}

function promOptions(registry: Registry, { name, help, labelNames = [] }: MetricDefinition) {
  return { name, help, labelNames, registers: [registry] };
}
