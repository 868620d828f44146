import { COUNTERS, GAUGES, HISTOGRAMS } from "../../services/model/metrics.ts";
import { SERVICES as MESH_SERVICES } from "../../services/platform/config/ports.ts";

/** A condition that somebody must look at, and that docs/operations.md has a runbook for. */
export interface Alert {
  readonly name: string;
  readonly expr: string;
  /** How long it must hold. */
  readonly for: string;
  readonly severity: "page" | "ticket";
  readonly summary: string;
}

/** 0, and not nothing, where nobody counts: in the outage that an alert is for there may be no such series. */
const rateOf = (counter: string, window: string) =>
  `(sum(rate(${counter}[${window}])) or vector(0))`;

const drainSeconds = (pending: string, settled: string) =>
  `sum(${pending}) / (${rateOf(settled, "5m")} + 0.001)`;

/** It was counted in the last 10 minutes. A series that begins with its first event has not increased. */
const happened = (counter: string) => {
  const by = "sum by (service, instance)";
  return `${by} (increase(${counter}[10m])) > 0 or ${by} (${counter} unless ${counter} offset 10m) > 0`;
};

/** A process that left discovery has no `up` that could be 0. */
const gone = MESH_SERVICES.map(
  (service) => `absent(${COUNTERS.processCpuSeconds.name}{service="${service}"})`,
).join(" or ");

/** Causes, beside the objectives: what leads to a breach if nobody acts. */
export const ALERTS: readonly Alert[] = [
  {
    name: "TidingsNotServing",
    expr: `min by (service, instance) (${GAUGES.serving.name}) == 0`,
    for: "1m",
    severity: "page",
    summary: "{{ $labels.service }} at {{ $labels.instance }} says NOT_SERVING",
  },
  {
    name: "TidingsDown",
    expr: 'up{job="tidings"} == 0',
    for: "1m",
    severity: "page",
    summary: "{{ $labels.instance }} does not answer its scrape",
  },
  {
    name: "TidingsServiceGone",
    expr: gone,
    for: "1m",
    severity: "page",
    summary: "No process of {{ $labels.service }} is scraped: none is there, or none is found",
  },
  {
    name: "TidingsRelayStandsStill",
    expr:
      `sum(${GAUGES.pendingOutboxEvents.name}) > 0 and ` +
      `${rateOf(COUNTERS.relayPublished.name, "2m")} == 0`,
    for: "1m",
    severity: "page",
    summary: "Posts are accepted and kept, and none goes to the bus",
  },
  {
    name: "TidingsQueueDrainsSlowly",
    expr: `${drainSeconds(GAUGES.pendingBusMessages.name, COUNTERS.fanoutMessages.name)} > 30`,
    for: "2m",
    severity: "page",
    summary: "At this pace the queues need {{ $value | humanizeDuration }} to drain",
  },
  {
    name: "TidingsFillsWait",
    expr: `sum by (instance) (${GAUGES.fillsQueued.name}) > 1000`,
    for: "5m",
    severity: "ticket",
    summary: "{{ $value }} viewers wait for their timeline at {{ $labels.instance }}",
  },
  {
    name: "TidingsIndexBehind",
    expr: `max by (instance) (${GAUGES.indexLagSeconds.name}) > 10`,
    for: "2m",
    severity: "ticket",
    summary: "The recent index of {{ $labels.instance }} is {{ $value | humanizeDuration }} behind",
  },
  {
    name: "TidingsLeaseLost",
    expr: happened(COUNTERS.leaseLosses.name),
    for: "0m",
    severity: "ticket",
    summary: "{{ $labels.service }} at {{ $labels.instance }} lost a lease while it lived",
  },
  {
    name: "TidingsDeadLetters",
    expr: `sum by (instance) (${GAUGES.deadLetters.name}) > 0`,
    for: "5m",
    severity: "ticket",
    summary: "{{ $value }} messages were given up",
  },
  {
    name: "TidingsDamagedValues",
    expr: happened(COUNTERS.damagedValues.name),
    for: "0m",
    severity: "page",
    summary:
      "{{ $labels.service }} at {{ $labels.instance }} read values that are not what was written",
  },
  {
    name: "TidingsDiskFillsUp",
    expr:
      `min by (instance) (predict_linear(${GAUGES.dataFreeBytes.name}[1h], 4 * 3600)) < 0 or ` +
      `min by (instance) (${GAUGES.dataFreeBytes.name}) < 2e9`,
    for: "10m",
    severity: "page",
    summary: "The disk of {{ $labels.instance }} is full within 4 hours",
  },
  {
    name: "TidingsCertificateEnds",
    // Of a certificate of hours the last quarter, which whoever renews at two thirds never sees.
    expr:
      `min by (service, instance) (${GAUGES.certificateDays.name}) < 2 and ` +
      `min by (service, instance) (${GAUGES.certificateDays.name} / ${GAUGES.certificateLife.name}) < 0.25`,
    for: "10m",
    severity: "page",
    summary:
      "The certificate of {{ $labels.service }} at {{ $labels.instance }} ends in {{ $value }} days",
  },
  {
    name: "TidingsCallersRefused",
    expr: happened(COUNTERS.callersRefused.name),
    for: "0m",
    severity: "ticket",
    summary: "{{ $labels.service }} at {{ $labels.instance }} refused calls for who the caller is",
  },
  {
    name: "TidingsLoopBlocked",
    expr: `max by (service, instance) (${GAUGES.eventLoopLagP99.name}) > 0.5`,
    for: "5m",
    severity: "ticket",
    summary: "{{ $labels.service }} at {{ $labels.instance }} keeps every caller waiting",
  },
  {
    name: "TidingsSlowPages",
    expr:
      "histogram_quantile(0.99, sum by (le) " +
      `(rate(${HISTOGRAMS.grpcServerSeconds.name}_bucket{grpc_method="GetTimeline"}[5m]))) > 0.5`,
    for: "10m",
    severity: "ticket",
    summary: "The p99 of a page is {{ $value | humanizeDuration }}",
  },
];
