import { defaultPorts } from "../../services/platform/config/ports.ts";
import { DASHBOARDS } from "./dashboards.ts";
import { grafanaFile } from "./grafana.ts";
import { metricTable } from "./metric-table.ts";
import { rulesFile } from "./rules.ts";
import { scrapeFile } from "./scraping.ts";

/** Every file that is made from the definitions of the metrics, by its path in the checkout. */
export function monitoringFiles(): ReadonlyMap<string, string> {
  const targets = Object.entries(defaultPorts({})).map(([service, { metricsPort }]) => ({
    service,
    address: `localhost:${metricsPort}`,
  }));
  return new Map([
    ["docs/metrics.md", metricTable()],
    ["deploy/monitoring/rules.yaml", rulesFile()],
    ["deploy/monitoring/prometheus.yaml", scrapeFile(targets)],
    ...DASHBOARDS.map(
      (one) => [`deploy/monitoring/dashboards/${one.file}`, grafanaFile(one)] as const,
    ),
  ]);
}
