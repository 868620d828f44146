import type { QueueMeter } from "../../kernel/queue-meter.ts";
import type { Servers } from "../../kernel/servers.ts";

/**
 * The post tier: posts as they are acknowledged, its outbox, and the relay that publishes them.
 */
export interface Posts {
  /** Of the outbox: what has been published. What has not is in `depth`. */
  readonly outbox: QueueMeter;
  readonly threads: Servers;
  /** Posts acknowledged until now, in all. */
  acknowledged(): number;
  /** Posts in the outbox now. */
  depth(): number;
  start(): void;
  /** When a message that a worker publishes at `at` is confirmed. */
  publish(at: number, count: number): number;
  /** A worker has settled so many messages, in one go. */
  settled(count: number): void;
  /** The bus stands still until then. */
  hold(untilMicros: number): void;
}
