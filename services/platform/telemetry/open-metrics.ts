import { type Metric, Registry } from "prom-client";

/** What one metric says now; prom-client's own type leaves `type` open. */
interface Said {
  readonly name: string;
  readonly type: unknown;
}

export const OPEN_METRICS = Registry.OPENMETRICS_CONTENT_TYPE;

/** Whether a reader takes OpenMetrics, which alone has exemplars. */
export function takesOpenMetrics(accept = ""): boolean {
  return accept.includes("application/openmetrics-text");
}

/**
 * A registry's page in OpenMetrics, with exemplars. Each metric is told by a twin: prom-client takes "_total" off the
 * names of counters for good when it writes them so, and the other page needs it.
 */
export async function openMetricsPage(registry: Registry, labels: object): Promise<string> {
  const twins = new Registry();
  twins.setContentType(OPEN_METRICS as never);
  twins.setDefaultLabels(labels);
  for (const metric of registry.getMetricsAsArray()) {
    const get = async () => {
      const said: Said = await (metric as unknown as { get(): Promise<Said> }).get();
      return said.type === "counter" ? { ...said, name: said.name.replace(/_total$/, "") } : said;
    };
    twins.registerMetric({ name: metric.name, type: metric.type, get } as unknown as Metric);
  }
  return twins.metrics();
}
