import { COUNTERS, GAUGES, HISTOGRAMS, STORE_GAUGES } from "../../services/model/metrics.ts";
import type { Dashboard, Query } from "./grafana.ts";
import { OBJECTIVES, recordedName } from "./objectives.ts";

const RATE = "$__rate_interval";

const perSecond = (name: string, by: string, where = ""): Query => ({
  expr: `sum by (${by}) (rate(${name}${where}[${RATE}]))`,
  legend: `{{${by.split(", ").join("}} {{")}}}`,
});

const quantiles = (name: string, where = ""): readonly Query[] =>
  [0.5, 0.99, 0.999].map((quantile) => ({
    expr: `histogram_quantile(${quantile}, sum by (le) (rate(${name}_bucket${where}[${RATE}])))`,
    legend: `p${quantile * 100}`,
  }));

const gauge = (name: string, by: string): Query => ({
  expr: `sum by (${by}) (${name})`,
  legend: `{{${by.split(", ").join("}} {{")}}}`,
});

const HEALTH: Dashboard = {
  file: "health.json",
  title: "Tidings: health",
  rows: [
    {
      title: "What is promised",
      panels: [
        { title: "Lag", unit: "s", queries: quantiles(HISTOGRAMS.lag.name) },
        {
          title: "Part that was bad, last hour",
          unit: "percentunit",
          queries: OBJECTIVES.map((one) => ({ expr: recordedName(one, "1h"), legend: one.name })),
        },
        {
          title: "Requests at the gateway",
          unit: "reqps",
          queries: [perSecond(`${HISTOGRAMS.httpSeconds.name}_count`, "status")],
        },
      ],
    },
    {
      title: "Fan-out",
      panels: [
        {
          title: "Deliveries",
          unit: "ops",
          queries: [perSecond(COUNTERS.fanoutEntries.name, "result")],
        },
        {
          title: "What waits",
          unit: "short",
          queries: [
            gauge(GAUGES.pendingOutboxEvents.name, "service"),
            gauge(GAUGES.pendingBusMessages.name, "service"),
            gauge(GAUGES.pendingFanoutMessages.name, "service"),
            gauge(GAUGES.pendingFills.name, "service"),
          ],
        },
        {
          title: "Time in a stage, p99",
          unit: "s",
          queries: [
            {
              expr:
                "histogram_quantile(0.99, sum by (le, stage) " +
                `(rate(${HISTOGRAMS.fanoutStageSeconds.name}_bucket[${RATE}])))`,
              legend: "{{stage}}",
            },
          ],
        },
      ],
    },
    {
      title: "Reading",
      panels: [
        {
          title: "GetTimeline",
          unit: "s",
          queries: quantiles(HISTOGRAMS.grpcServerSeconds.name, '{grpc_method="GetTimeline"}'),
        },
        {
          title: "Pages that name something as missing",
          unit: "reqps",
          queries: [perSecond(COUNTERS.degradedPages.name, "reason")],
        },
        {
          title: "Live streams",
          unit: "short",
          queries: [
            gauge(GAUGES.liveStreams.name, "instance"),
            gauge(GAUGES.watchers.name, "instance"),
          ],
        },
      ],
    },
  ],
};

const PROCESSES: Dashboard = {
  file: "processes.json",
  title: "Tidings: processes",
  rows: [
    {
      title: "Calls",
      panels: [
        {
          title: "Calls",
          unit: "reqps",
          queries: [perSecond(COUNTERS.grpcServerHandled.name, "grpc_service, grpc_method")],
        },
        {
          title: "Errors",
          unit: "reqps",
          queries: [
            perSecond(COUNTERS.grpcServerHandled.name, "service, grpc_code", '{grpc_code!="OK"}'),
          ],
        },
        {
          title: "Event-loop lag, p99",
          unit: "s",
          queries: [gauge(GAUGES.eventLoopLagP99.name, "service, instance")],
        },
      ],
    },
    {
      title: "Resources",
      panels: [
        {
          title: "CPU, cores",
          unit: "short",
          queries: [perSecond(COUNTERS.processCpuSeconds.name, "service, instance")],
        },
        {
          title: "Resident memory",
          unit: "bytes",
          queries: [gauge(GAUGES.residentMemory.name, "service, instance")],
        },
        {
          title: "Free on the disk of the data",
          unit: "bytes",
          queries: [gauge(GAUGES.dataFreeBytes.name, "instance")],
        },
      ],
    },
    {
      title: "Timelines",
      panels: [
        {
          title: "Shards",
          unit: "short",
          queries: [gauge(GAUGES.timelineShards.name, "instance")],
        },
        {
          title: "Memory",
          unit: "bytes",
          queries: [
            gauge(STORE_GAUGES.slabBytes.name, "instance"),
            gauge(STORE_GAUGES.ringBytes.name, "instance"),
            gauge(GAUGES.indexBytes.name, "instance"),
            gauge(GAUGES.friendSetBytes.name, "instance"),
          ],
        },
        {
          title: "The recent index, how far behind",
          unit: "s",
          queries: [gauge(GAUGES.indexLagSeconds.name, "instance")],
        },
      ],
    },
  ],
};

export const DASHBOARDS: readonly Dashboard[] = [HEALTH, PROCESSES];
