import { DASHBOARDS } from "./dashboards.ts";
import { grafanaFile } from "./grafana.ts";
import { metricTable } from "./metric-table.ts";
import { rulesFile } from "./rules.ts";

/** Every file that is made from the definitions of the metrics, by its path in the checkout. */
export function monitoringFiles(): ReadonlyMap<string, string> {
  return new Map([
    ["docs/metrics.md", metricTable()],
    ["deploy/monitoring/rules.yaml", rulesFile()],
    ...DASHBOARDS.map(
      (one) => [`deploy/monitoring/dashboards/${one.file}`, grafanaFile(one)] as const,
    ),
  ]);
}
