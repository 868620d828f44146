import { COUNTERS, GAUGES, HISTOGRAMS } from "../../services/model/metrics.ts";

/** A condition that somebody must look at, and that docs/operations.md has a runbook for. */
export interface Alert {
  readonly name: string;
  readonly expr: string;
  /** How long it must hold. */
  readonly for: string;
  readonly severity: "page" | "ticket";
  readonly summary: string;
}

const drainSeconds = (pending: string, settled: string) =>
  `sum(${pending}) / (sum(rate(${settled}[5m])) + 0.001)`;

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
    name: "TidingsRelayStandsStill",
    expr:
      `sum(${GAUGES.pendingOutboxEvents.name}) > 0 and ` +
      `sum(rate(${COUNTERS.relayPublished.name}[2m])) == 0`,
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
    expr: `sum by (service, instance) (increase(${COUNTERS.leaseLosses.name}[10m])) > 0`,
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
    expr: `sum by (service, instance) (increase(${COUNTERS.damagedValues.name}[10m])) > 0`,
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
    expr: `min by (service, instance) (${GAUGES.certificateDays.name}) < 2`,
    for: "10m",
    severity: "page",
    summary:
      "The certificate of {{ $labels.service }} at {{ $labels.instance }} ends in {{ $value }} days",
  },
  {
    name: "TidingsCallersRefused",
    expr: `sum by (service, instance) (increase(${COUNTERS.callersRefused.name}[10m])) > 0`,
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
