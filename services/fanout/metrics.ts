import { COUNTERS, GAUGES, HISTOGRAMS } from "../model/metrics.ts";
import type { Outcome, QueueName } from "../platform/messaging/bus.ts";
import type { Metrics } from "../platform/telemetry/metrics.ts";
import { lagHistogram } from "../platform/telemetry/metrics.ts";
import type { AppendCounts } from "./ports.ts";

/** What the worker counts. */
export class FanoutMetrics {
  readonly #outcomes;
  readonly #entries;
  readonly #postsPerCall;
  readonly #stages;
  readonly #lag;

  /** `inHand`: messages taken from the bus and not settled. Tests wait until it is 0. */
  constructor(metrics: Metrics, inHand: () => number) {
    this.#outcomes = metrics.counter(COUNTERS.fanoutMessages);
    this.#entries = metrics.counter(COUNTERS.fanoutEntries);
    this.#postsPerCall = metrics.histogram(HISTOGRAMS.fanoutPostsPerCall).series();
    this.#stages = metrics.histogram(HISTOGRAMS.fanoutStageSeconds);
    this.#lag = lagHistogram(metrics);
    metrics.gauge(GAUGES.pendingFanoutMessages, inHand);
  }

  settled(queue: QueueName, { kind }: Outcome): void {
    this.#outcomes.series(queue, kind).add();
  }

  appended(counts: AppendCounts, posts: number): void {
    this.#entries.series("appended").add(counts.appendedCount);
    this.#entries.series("duplicate").add(counts.duplicateCount);
    this.#entries.series("dropped").add(counts.droppedCount);
    this.#entries.series("deactivated").add(counts.deactivatedCount);
    this.#postsPerCall.observe(posts);
  }

  parked(entries: number): void {
    this.#entries.series("parked").add(entries);
  }

  stage(name: "friends" | "append" | "cut" | "chunk" | "notify", seconds: number): void {
    this.#stages.series(name).observe(seconds);
  }

  /** `traceId`: of the trace that shows this one, if there is one. */
  lag(seconds: number, traceId?: string): void {
    this.#lag.observe(seconds, 1, traceId);
  }
}
