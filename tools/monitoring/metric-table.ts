import { ACTIONS } from "./actions.ts";
import { METRICS, type Metric } from "./definitions.ts";

const INTRODUCTION = `# Metrics

Made by \`npm run monitoring\` from the one module in which metrics are defined. Every process serves its own
at \`/metrics\` on its metrics port (9464 and on, or N+10 and on), in the Prometheus text format. Every
series has \`service\`. Alerts and dashboards in \`deploy/monitoring\` are made from the same definitions;
what to do about an alert is in [operations.md](operations.md).
`;

/** docs/metrics.md: every metric with its type, labels, meaning, and what to do about it. */
export function metricTable(): string {
  const head =
    "| metric | type | labels | what it is | what to do |\n| --- | --- | --- | --- | --- |";
  return `${[INTRODUCTION, [head, ...METRICS.map(row)].join("\n")].join("\n")}\n`;
}

function row({ name, type, labelNames = [], help }: Metric): string {
  const labels = labelNames.map((label) => `\`${label}\``).join(", ");
  return `| \`${name}\` | ${type} | ${labels} | ${help} | ${ACTIONS[name]} |`;
}
