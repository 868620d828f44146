import type { Outcome, QueueName } from "../platform/messaging/bus.ts";
import type { Metrics } from "../platform/telemetry/metrics.ts";
import { lagHistogram } from "../platform/telemetry/metrics.ts";
import type { AppendCounts } from "./ports.ts";

const STAGE_BOUNDS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30];
const POSTS_PER_CALL_BOUNDS = [1, 2, 5, 10, 20, 50, 100, 200];

/** What the worker counts. */
export class FanoutMetrics {
  readonly #outcomes;
  readonly #entries;
  readonly #postsPerCall;
  readonly #stages;
  readonly #lag;

  /** `inHand`: messages taken from the bus and not settled. Tests wait until it is 0. */
  constructor(metrics: Metrics, inHand: () => number) {
    this.#outcomes = metrics.counter({
      name: "tidings_fanout_messages_total",
      help: "Messages that the worker is done with",
      labelNames: ["queue", "outcome"],
    });
    this.#entries = metrics.counter({
      name: "tidings_fanout_entries_total",
      help: "Deliveries by what became of them",
      labelNames: ["result"],
    });
    this.#postsPerCall = metrics
      .histogram({
        name: "tidings_fanout_posts_per_call",
        help: "Posts in one AppendEntries",
        bounds: POSTS_PER_CALL_BOUNDS,
      })
      .series();
    this.#stages = metrics.histogram({
      name: "tidings_fanout_stage_seconds",
      help: "How long a message stays in a stage, its waits for room and for back-off included",
      labelNames: ["stage"],
      bounds: STAGE_BOUNDS_SECONDS,
    });
    this.#lag = lagHistogram(metrics);
    metrics.gauge(
      { name: "tidings_pending_fanout_messages", help: "Messages taken from the bus, not settled" },
      inHand,
    );
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

  stage(name: "friends" | "append" | "cut" | "chunk" | "notify", seconds: number): void {
    this.#stages.series(name).observe(seconds);
  }

  lag(seconds: number): void {
    this.#lag.observe(seconds);
  }
}
